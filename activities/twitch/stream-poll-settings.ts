import { z } from 'zod';
import { LOGIN } from '../../workflows/login.ts';

/** More than are live at any time. */
const MAX_TOP = 200_000;
/** What one list may name: the settings are one parameter, of at most 1 MiB. */
const MAX_ENTRIES = 10_000;

/**
 * `config/stream-poll` in the parameter store: what a poll looks for. It is read anew by every poll. A poll asks for the streams with the most
 * viewers, and besides for the listed channels, languages and categories: a stream that fits any of them is in it. An unknown key is refused.
 */
export const streamPollSettings = z.strictObject({
  /** Minutes between two polls, 1 to 60. The Schedule takes it over at the next set-up. */
  intervalMinutes: z.number().int().min(1).max(60).default(1),
  /** Logins of channels that are asked for however few viewers they have. They are the first to be given a room. */
  channels: z.array(z.string().regex(LOGIN, 'a login in lower case')).max(MAX_ENTRIES).default([]),
  /** Stream languages as Helix names them: a code like `ko`, `zh-hk`, `asl`, or `other`. All of their streams are asked for. */
  languages: z
    .array(z.string().regex(/^([a-z]{2,3}|zh-hk|other)$/, 'a language code like ko'))
    .max(MAX_ENTRIES)
    .default([]),
  /** Ids of categories. All of their streams are asked for. */
  games: z
    .array(z.string().regex(/^\d{1,20}$/, 'the id of a category'))
    .max(MAX_ENTRIES)
    .default([]),
  /**
   * How many of the streams with the most viewers are asked for, 100 a page; `all` sweeps Twitch at the pace that the rate limit allows, which
   * takes minutes. 0: only what is listed.
   */
  top: z
    .union([z.number().int().min(0).max(MAX_TOP), z.literal('all')], {
      error: `a whole number from 0 to ${MAX_TOP}, or all`,
    })
    .default(1_000),
  /** The most chats listened to at once: Twitch allows an account 100 rooms. */
  limit: z.number().int().min(1).max(100).default(100),
});
export type StreamPollSettings = z.infer<typeof streamPollSettings>;

export const STREAM_POLL_SETTINGS_PATH = 'config/stream-poll';
