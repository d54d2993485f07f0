/** How long a worker may take to hand over what it holds, from SIGTERM to SIGKILL; its guard keeps to it whatever becomes of this process. */
export const WORKER_GRACE_SECONDS = 70;

/**
 * Aborts at the first Ctrl-C or SIGTERM, and when the terminal is closed. A second Ctrl-C ends this process at once: workers and servers,
 * whose guards notice it, then end by themselves.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  const onSignal = (name: NodeJS.Signals): void => {
    // The shell and the kernel both tell that a terminal was closed.
    if (name === 'SIGHUP' && controller.signal.aborted) return;
    if (controller.signal.aborted) {
      process.stderr.write(
        `\nNot waiting any longer: workers go on by themselves for up to ${WORKER_GRACE_SECONDS} s, to hand over what they hold, and servers for 10 s. A start before that waits for the servers.\n`,
      );
      process.exit(130);
    }
    process.stderr.write('\nStopping cleanly; Ctrl-C again ends this command at once.\n');
    controller.abort();
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal);
  // A terminal that is gone takes no words (EIO, EPIPE), and its SIGHUP may have gone to `make` alone.
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
