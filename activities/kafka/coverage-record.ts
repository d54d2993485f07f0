/** How long one tally counts, in milliseconds. Windows begin at multiples of it since 1970. */
export const tallyWindowMs = 10_000;

/**
 * When a channel was listened to, and when it was not: `join` begins a time of listening; `loss` (with the reason) and `end`
 * (the stream ended, or nobody wants the channel any more) finish it.
 */
interface ListeningRecord {
  kind: 'join' | 'loss' | 'end';
  /** The name of the collector's run. */
  collector: string;
  channelId: string;
  channelLogin: string;
  /** ISO. */
  at: string;
  reason?: string | undefined;
}

/**
 * How many messages (PRIVMSG) one collector received in one window of {@link tallyWindowMs}, and how many of them Kafka acknowledged.
 * While it lives it tells each window, one without messages too, and none before all that came earlier has its answer from Kafka: a
 * collector that died leaves its last windows untold.
 */
export interface TallyRecord {
  kind: 'tally';
  /** The name of the collector's run. */
  collector: string;
  /** The start of the window, ISO. */
  window: string;
  received: number;
  acknowledged: number;
}

/** The value of one record of the topic `twitch.coverage`, as JSON. */
export type CoverageRecord = ListeningRecord | TallyRecord;
