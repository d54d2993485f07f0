import { z } from 'zod';
import { LOGIN } from '../../workflows/login.ts';

/** More than the live streams at any time. */
const MAX_TOP = 200_000;
/** The most entries of a list: the settings are one parameter of at most 4 MiB. */
const MAX_ENTRIES = 10_000;

/**
 * `config/stream-poll` in the parameter store: the streams of a poll. Every poll reads it again. A poll has the streams with the most
 * viewers, and all streams of the listed channels, languages and categories. Unknown keys are refused.
 */
export const streamPollSettings = z.strictObject({
  /** Minutes between two polls, 1 to 60. Changes take effect after a restart. */
  intervalMinutes: z.number().int().min(1).max(60).default(1),
  /** Logins of channels that are polled however few viewers they have. They get a room first. */
  channels: z.array(z.string().regex(LOGIN, 'a login in lower case')).max(MAX_ENTRIES).default([]),
  /** Stream languages of Helix: a code like `ko`, `zh-hk`, `asl`, or `other`. All of their streams are polled. */
  languages: z
    .array(z.string().regex(/^([a-z]{2,3}|zh-hk|other)$/, 'a language code like ko'))
    .max(MAX_ENTRIES)
    .default([]),
  /** Ids of categories. All of their streams are polled. */
  games: z
    .array(z.string().regex(/^\d{1,20}$/, 'the id of a category'))
    .max(MAX_ENTRIES)
    .default([]),
  /**
   * How many of the streams with the most viewers are polled, 100 per page. `all`: all streams, which takes minutes because of the rate
   * limit. 0: only the lists.
   */
  top: z
    .union([z.number().int().min(0).max(MAX_TOP), z.literal('all')], {
      error: `a whole number from 0 to ${MAX_TOP}, or all`,
    })
    .default(1_000),
  /**
   * The most chats at the same time. null: what Twitch allows, 100 for each account that is logged in; 100 for anonymous reading. More than
   * Twitch allows has no effect; 10,000 is the most for anonymous reading.
   */
  limit: z.number().int().min(1).max(10_000).nullable().default(null),
});
export type StreamPollSettings = z.infer<typeof streamPollSettings>;

export const STREAM_POLL_SETTINGS_PATH = 'config/stream-poll';
