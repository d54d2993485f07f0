/** Length of a tally window in milliseconds. Windows start at multiples of it since 1970. */
export const TALLY_WINDOW_MS = 10_000;

export type ListeningKind = 'join' | 'loss' | 'end';

/**
 * When a collector listened to a channel: `join` starts it; `loss` (with a reason) and `end` (the stream ended, or the channel is not
 * wanted any more) stop it.
 */
export interface ListeningRecord {
  kind: ListeningKind;
  /** The collector run. */
  collector: string;
  channelId: string;
  channelLogin: string;
  /** The account that reads the room; `anonymous` without one. Missing in records of earlier releases. */
  account?: string;
  /** ISO. */
  at: string;
  reason?: string | undefined;
}

/**
 * How many messages (PRIVMSG) one collector received in one window of {@link TALLY_WINDOW_MS}, and how many of them Kafka acknowledged. A
 * running collector reports every window, even without messages, once Kafka has answered for everything before it. A collector that crashes
 * does not report its last windows.
 */
export interface TallyRecord {
  kind: 'tally';
  /** The collector run. */
  collector: string;
  /** The start of the window, ISO. */
  window: string;
  received: number;
  acknowledged: number;
}

/** A part of a gap whose lines were fetched from elsewhere and are in Kafka. */
export interface FillRecord {
  kind: 'fill';
  /** The name of the collector in the headers of these lines. */
  collector: string;
  channelId: string;
  channelLogin: string;
  /** The beginning of the part, ISO. */
  at: string;
  /** Its end, not included, ISO. */
  until: string;
}

/** The value of one record of the topic `twitch.coverage`, as JSON. */
export type CoverageRecord = ListeningRecord | TallyRecord | FillRecord;
