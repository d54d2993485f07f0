import pRetry from 'p-retry';
import { ParameterError } from './parameter-error.ts';

/** Runs a read with the write that follows from it; again, `retries` times at most, where somebody else has written in between. */
export function overNewest<T>(retries: number, work: () => Promise<T>): Promise<T> {
  return pRetry(work, {
    retries,
    minTimeout: 0,
    shouldRetry: ({ error }) => error instanceof ParameterError && error.kind === 'precondition',
  });
}
