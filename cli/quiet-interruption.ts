import { Refusal } from '../common/refusal.ts';
import { Interrupted } from './interrupt.ts';

/** The reader of stdout is gone, as with `| head`. */
class PipeClosed extends Error {
  override name = 'PipeClosed';
}

/**
 * Runs `work`, and ends it without a word on Ctrl-C, SIGTERM or SIGHUP, or when the reader of stdout is gone. `work` must end soon after its
 * signal aborts, and clean up. A second Ctrl-C ends the process immediately.
 * @throws Interrupted; Refusal 73 if stdout cannot be written
 */
export async function endingQuietly(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const controller = new AbortController();
  const { signal } = controller;
  const onSignal = (): void => {
    if (signal.aborted) process.exit(130);
    controller.abort(new Interrupted('Interrupted.'));
  };
  const onError = ({ code }: NodeJS.ErrnoException): void =>
    // Writing to a closed pipe fails with EPIPE, to a closed terminal with EIO.
    controller.abort(
      code === 'EPIPE' || code === 'EIO'
        ? new PipeClosed('Nobody reads the output any more.')
        : new Refusal(73, `Expected to write to the standard output, got ${code}. Write to another place.`),
    );
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of names) process.on(name, onSignal);
  process.stdout.on('error', onError);
  try {
    await work(signal);
    // An error of the last write may come after it.
    await new Promise((resolve) => process.stdout.write('', resolve));
    signal.throwIfAborted();
  } catch (error) {
    const why: unknown = signal.aborted ? signal.reason : error;
    if (!(why instanceof PipeClosed)) throw why;
  } finally {
    for (const name of names) process.off(name, onSignal);
  }
}

/** Writes to stdout, and waits while it is full. */
export async function writeOut(text: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (process.stdout.write(text)) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      process.stdout.off('drain', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    process.stdout.once('drain', done);
    signal.addEventListener('abort', done);
  });
  signal.throwIfAborted();
}
