import { z } from 'zod';

/**
 * `config/stream-poll` in the parameter store: what a poll looks for. It is read anew by every poll.
 * Filters of one kind are joined by or, of different kinds by and; an empty list filters nothing.
 */
export const streamPollSettings = z.object({
  /** Minutes between two polls, 1 to 60. The Schedule takes it over at the next set-up. */
  intervalMinutes: z.number().int().min(1).max(60).default(1),
  /** Logins; empty: every channel. */
  channels: z
    .array(z.string().regex(/^[a-z0-9_]{1,25}$/, 'a login in lower case'))
    .max(100)
    .default([]),
  /** Language codes of ISO 639-1, like `ko`, and Helix's own `asl`, `zh-hk` and `other`. */
  languages: z
    .array(z.string().regex(/^([a-z]{2,3}|zh-hk|other)$/, 'a language code like ko'))
    .max(100)
    .default([]),
  /** Ids of categories. */
  games: z.array(z.string().regex(/^\d+$/, 'the id of a category')).max(100).default([]),
  /** How many of the streams with the most viewers are asked for; `all`: every one. */
  top: z
    .union([z.number().int().min(1).max(120_000), z.literal('all')], {
      error: 'a whole number from 1 to 120000, or all',
    })
    .default(1_000),
  /** The most chats listened to at once: Twitch allows an account 100 rooms. */
  limit: z.number().int().min(1).max(100).default(100),
});
export type StreamPollSettings = z.infer<typeof streamPollSettings>;

export const STREAM_POLL_SETTINGS_PATH = 'config/stream-poll';
