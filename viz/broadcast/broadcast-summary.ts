import { z } from 'zod';

const count = z.number().nonnegative();

/** The row of `viz/queries/broadcast.sql`. Times are ISO 8601 in UTC. */
export const broadcastSummary = z.object({
  streamId: z.string(),
  channelId: z.string(),
  /** As the whole page shows it. */
  name: z.string(),
  login: z.string().nullable(),
  title: z.string().nullable(),
  language: z.string().nullable(),
  /** Null if no poll has viewers. */
  peakViewers: count.nullable(),
  averageViewers: count.nullable(),
  medianViewers: count.nullable(),
  chatters: count,
  messages: count,
  beganAt: z.string(),
  /** At the latest: the first poll without it. Of a live one, the last poll. */
  endedAt: z.string(),
  lastPolledAt: z.string(),
  isLive: z.boolean(),
  /** Coverage knows the channel. Imported chat has no coverage. */
  hasRecords: z.boolean(),
});

export type BroadcastSummary = z.infer<typeof broadcastSummary>;
