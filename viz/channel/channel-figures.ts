import { z } from 'zod';

const count = z.number().nonnegative();

/** A row of `viz/queries/channel.sql`: the key figures of one channel in one period. */
export const channelFigures = z.object({
  /** `all`: the days that the page shows. `this`: the last seven days. `last`: the seven before them. */
  period: z.enum(['all', 'this', 'last']),
  /** As the whole page shows it. Null if nothing names it. */
  name: z.string().nullable(),
  title: z.string().nullable(),
  isLive: z.boolean(),
  messages: count,
  botMessages: count,
  chatters: count,
  /** Null if no poll has viewers. */
  peakViewers: count.nullable(),
  averageViewers: count.nullable(),
  hoursLive: count,
  newestMessageAt: z.string().nullable(),
  /** Whether there is anything to compare the last seven days with. */
  hasLast: z.boolean(),
});

export type ChannelFigures = z.infer<typeof channelFigures>;
