/** Aborts at the first Ctrl-C or SIGTERM. A second one ends the process at once; what it guards ends with it. */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(130);
    process.stderr.write('\nStopping cleanly; Ctrl-C again stops at once.\n');
    controller.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return controller.signal;
}

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** The outcome of `work`, or undefined as soon as the signal aborts. It leaves nothing behind on a signal that lives for days. */
export async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T | undefined> {
  work.catch(() => {});
  const stopped = Promise.withResolvers<undefined>();
  const stop = (): void => stopped.resolve(undefined);
  signal.addEventListener('abort', stop);
  try {
    return signal.aborted ? undefined : await Promise.race([work, stopped.promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Thrown where a start was given up because of Ctrl-C. */
export class Interrupted extends Error {
  override name = 'Interrupted';
}

/**
 * The outcome of `work`, unless the signal aborts first. Work that is given up goes on until the process ends, which the guards of its
 * child processes notice.
 * @throws Interrupted
 */
export function orInterrupted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  work.catch(() => {});
  return Promise.race([
    work,
    aborted(signal).then(() => {
      throw new Interrupted('Interrupted while starting.');
    }),
  ]);
}
