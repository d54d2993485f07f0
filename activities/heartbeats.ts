import { Context } from '@temporalio/activity';

const EVERY_MS = 5_000;

/** The last reported progress of the running activities. */
const progressOf = new WeakMap<Context, string>();

/** Makes the text the details of the next heartbeats of the running activity, which Temporal shows. */
export function reportProgress(progress: string): void {
  progressOf.set(Context.current(), progress);
}

/**
 * Runs `work` with a heartbeat every 5 s. The signal aborts when the activity is cancelled; `work` should then stop and throw the signal's
 * reason.
 */
export async function withHeartbeats<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const context = Context.current();
  context.heartbeat();
  const timer = setInterval(() => context.heartbeat(progressOf.get(context)), EVERY_MS);
  try {
    return await work(context.cancellationSignal);
  } finally {
    clearInterval(timer);
  }
}
