import { Context } from '@temporalio/activity';

const EVERY_MS = 5_000;

/** How far an activity is, for its next attempt. */
export interface Resumption {
  /** What the previous attempt passed to {@link reached} last; undefined if there was none. */
  from: unknown;
  /** Sends the point from which a next attempt should continue. Small, and JSON. */
  reached(point: unknown): void;
}

/**
 * Runs `work` with a heartbeat every 5 s. The signal aborts when the activity is cancelled; `work` should then stop and throw the signal's
 * reason.
 */
export async function withHeartbeats<T>(work: (signal: AbortSignal, resumption: Resumption) => Promise<T>): Promise<T> {
  const { heartbeat, cancellationSignal, info } = Context.current();
  const from: unknown = info.heartbeatDetails;
  let point = from;
  heartbeat(point);
  const timer = setInterval(() => heartbeat(point), EVERY_MS);
  const reached = (next: unknown): void => {
    point = next;
    heartbeat(point);
  };
  try {
    return await work(cancellationSignal, { from, reached });
  } finally {
    clearInterval(timer);
  }
}
