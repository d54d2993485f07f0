import { Context } from '@temporalio/activity';

const EVERY_MS = 5_000;

/**
 * Runs `work` while telling Temporal every 5 s that it lives. The signal it is given aborts when the activity is cancelled; work that
 * looks at it leaves early, with the signal's reason.
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
