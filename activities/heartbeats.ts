import { Context } from '@temporalio/activity';

const EVERY_MS = 5_000;

/** The details of the next heartbeats of the running activities. */
const detailsOf = new WeakMap<Context, unknown>();

/** Makes the text the details of the next heartbeats of the running activity, which Temporal shows. */
export function reportProgress(progress: string): void {
  detailsOf.set(Context.current(), progress);
}

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
  const context = Context.current();
  const from: unknown = context.info.heartbeatDetails;
  detailsOf.set(context, from);
  const beat = (): void => context.heartbeat(detailsOf.get(context));
  const reached = (point: unknown): void => {
    detailsOf.set(context, point);
    beat();
  };
  beat();
  const timer = setInterval(beat, EVERY_MS);
  try {
    return await work(context.cancellationSignal, { from, reached });
  } finally {
    clearInterval(timer);
  }
}
