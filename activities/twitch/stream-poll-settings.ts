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
  /** Language codes of ISO 639-1, like `ko`. */
  languages: z
    .array(z.string().regex(/^([a-z]{2}|other)$/, 'a language code like ko'))
    .max(100)
    .default([]),
  /** Ids of categories. */
  games: z.array(z.string().regex(/^\d+$/, 'the id of a category')).max(100).default([]),
  /** The most chats listened to at once: Twitch allows an account 100 rooms. */
  limit: z.number().int().min(1).max(100).default(100),
});
export type StreamPollSettings = z.infer<typeof streamPollSettings>;

export const STREAM_POLL_SETTINGS_PATH = 'config/stream-poll';
