import { z } from 'zod';

const collector = z.string().min(1);

/** How long one tally counts, in milliseconds. Windows begin at multiples of it since 1970. */
export const tallyWindowMs = 10_000;

/**
 * When a channel was listened to, and when it was not: `join` begins a time of listening; `loss` (with the reason) and `end`
 * (the stream ended, or nobody wants the channel any more) finish it.
 */
export const listeningRecord = z.object({
  kind: z.enum(['join', 'loss', 'end']),
  collector,
  channelId: z.string().min(1),
  channelLogin: z.string().min(1),
  at: z.iso.datetime(),
  reason: z.string().optional(),
});

/**
 * How many messages (PRIVMSG) one collector received in one window of {@link tallyWindowMs}, and how many of them Kafka acknowledged.
 * A window without messages has no record; a collector that died leaves its last windows untold.
 */
export const tallyRecord = z.object({
  kind: z.literal('tally'),
  collector,
  window: z.iso.datetime(),
  received: z.int().nonnegative(),
  acknowledged: z.int().nonnegative(),
});

/** The value of one record of the topic `twitch.coverage`, as JSON. */
export const coverageRecord = z.discriminatedUnion('kind', [listeningRecord, tallyRecord]);

export type ListeningRecord = z.infer<typeof listeningRecord>;
export type TallyRecord = z.infer<typeof tallyRecord>;
export type CoverageRecord = z.infer<typeof coverageRecord>;
