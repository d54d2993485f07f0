import type { ConnectionTimes } from './connection.ts';

/** All waits of the pool, in milliseconds. */
export interface IrcPoolTimes extends ConnectionTimes {
  /** A JOIN counts as unanswered after this. */
  confirmMs: number;
  /** How long the echo of a PART is waited for. */
  leaveMs: number;
  /** After a JOIN that was unanswered twice; doubles up to `refusedPauseMs`. */
  unansweredPauseMs: number;
  /** After a JOIN that was answered with no. */
  refusedPauseMs: number;
  /** Before the second attempt to connect; doubles up to `reconnectMaxMs`. */
  reconnectFirstMs: number;
  reconnectMaxMs: number;
}

export const defaultTimes: IrcPoolTimes = {
  openMs: 15_000,
  silenceMs: 20_000,
  answerMs: 10_000,
  closeMs: 5_000,
  confirmMs: 15_000,
  leaveMs: 5_000,
  unansweredPauseMs: 60_000,
  refusedPauseMs: 600_000,
  reconnectFirstMs: 1_000,
  reconnectMaxMs: 30_000,
};
