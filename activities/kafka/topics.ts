/** The topics of one installation. Each test uses its own. */
export interface Topics {
  /** Lines as received. */
  chat: string;
  /** Coverage records. */
  coverage: string;
}

export const TOPICS: Topics = { chat: 'twitch.chat', coverage: 'twitch.coverage' };

/** Partitions of the chat topic if we create it. */
export const CHAT_PARTITIONS = 4;
