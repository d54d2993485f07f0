/** The time between SIGTERM and SIGKILL, in which a worker sends or stores what it has in memory. Its guard applies it even if this process dies. */
export const WORKER_GRACE_SECONDS = 70;

/**
 * Aborts on the first Ctrl-C or SIGTERM, and when the terminal is closed. A second Ctrl-C ends this process immediately. The guards
 * of its workers and servers notice that and stop them.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  const onSignal = (name: NodeJS.Signals): void => {
    // Both the shell and the kernel send SIGHUP when a terminal is closed.
    if (name === 'SIGHUP' && controller.signal.aborted) return;
    if (controller.signal.aborted) {
      process.stderr.write(
        `\nThis command ends now. Workers and servers are still stopping, for up to ${WORKER_GRACE_SECONDS} s and 10 s. The next start waits for the servers.\n`,
      );
      process.exit(130);
    }
    process.stderr.write('\nStopping cleanly. Press Ctrl-C again to end this command immediately.\n');
    controller.abort(new Interrupted('Interrupted.'));
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal);
  // Writing to a closed terminal fails (EIO, EPIPE). Its SIGHUP may have reached `make` only.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => onSignal('SIGHUP'));
  return controller.signal;
}

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** The result of `work`, or undefined as soon as the signal aborts. Leaves no listener on the signal, which may live for days. */
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

/** The start was aborted by Ctrl-C. */
export class Interrupted extends Error {
  override name = 'Interrupted';
}

/**
 * The result of `work`. If the signal aborts first, `work` continues until the process ends.
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
