import pRetry from 'p-retry';
import { ParameterError } from './error.ts';

/** Runs `work`, which reads a parameter and then writes it. If another writer was faster, runs it again, at most `retries` times. */
export function retryOnConflict<T>(retries: number, work: () => Promise<T>): Promise<T> {
  return pRetry(work, {
    retries,
    minTimeout: 0,
    shouldRetry: ({ error }) => error instanceof ParameterError && error.kind === 'precondition',
  });
}
