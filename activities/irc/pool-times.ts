import type { ConnectionTimes } from './connection.ts';

/** All time limits and pauses of the pool, in milliseconds. */
export interface IrcPoolTimes extends ConnectionTimes {
  /** A JOIN counts as unanswered after this time. */
  confirmMs: number;
  /** How long to wait for the echo of a PART. */
  leaveMs: number;
  /** How long a joined room without a subscription waits for the next one. */
  keepRoomMs: number;
  /** Pause after two unanswered JOINs, which doubles up to `refusedPauseMs`, and after a JOIN that the account has no place for. */
  unansweredPauseMs: number;
  /** Pause after a refused JOIN. */
  refusedPauseMs: number;
  /** Pause before the second attempt to connect. Doubles up to `reconnectMaxMs`. */
  reconnectFirstMs: number;
  reconnectMaxMs: number;
}

export const DEFAULT_TIMES: IrcPoolTimes = {
  openMs: 15_000,
  silenceMs: 20_000,
  answerMs: 10_000,
  closeMs: 5_000,
  confirmMs: 15_000,
  leaveMs: 5_000,
  keepRoomMs: 30_000,
  unansweredPauseMs: 60_000,
  refusedPauseMs: 600_000,
  reconnectFirstMs: 1_000,
  reconnectMaxMs: 30_000,
};
