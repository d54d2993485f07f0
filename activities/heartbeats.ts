import { Context } from '@temporalio/activity';

const EVERY_MS = 5_000;

/**
 * Runs `work` with a heartbeat every 5 s. The signal aborts when the activity is cancelled; `work` should then stop and throw the signal's
 * reason.
 */
export async function withHeartbeats<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { heartbeat, cancellationSignal } = Context.current();
  heartbeat();
  const timer = setInterval(() => heartbeat(), EVERY_MS);
  try {
    return await work(cancellationSignal);
  } finally {
    clearInterval(timer);
  }
}
