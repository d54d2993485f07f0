import { DEFAULT_INSTALLATION } from '../../common/installation.ts';

/** The topics of one installation. Each test uses its own. */
export interface Topics {
  /** Lines as received. */
  chat: string;
  /** Coverage records. */
  coverage: string;
}

/** `twitch.chat` and `twitch.coverage`; of another installation than the default one `<name>.twitch.chat` and `<name>.twitch.coverage`. */
export function topicsOf(installation: string): Topics {
  const prefix = installation === DEFAULT_INSTALLATION ? '' : `${installation}.`;
  return { chat: `${prefix}twitch.chat`, coverage: `${prefix}twitch.coverage` };
}

/** The consumer group of the loaders: `chatlake-load` by default. */
export const loadGroupOf = (installation: string): string => `${installation}-load`;

/** Partitions of the chat topic if we create it. */
export const CHAT_PARTITIONS = 4;
