import { ApplicationFailure } from '@temporalio/common';

/** Details of a failure, such as topic, partition, offset, path or status. Never a secret. */
export type Facts = Record<string, unknown>;

/**
 * An error of an outside system, with facts and whether a retry can help. Clients throw it; activities convert it with
 * {@link toApplicationFailure}.
 */
export class FactError extends Error {
  override name = 'FactError';
  readonly facts: Facts;
  readonly retryable: boolean;
  /** How long the system wants to be left alone; undefined if it named no time. */
  readonly retryAfterMs: number | undefined;

  constructor(
    message: string,
    options: { facts?: Facts; retryable: boolean; retryAfterMs?: number | undefined; cause?: unknown },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.facts = options.facts ?? {};
    this.retryable = options.retryable;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Converts a {@link FactError} to Temporal's failure, with its facts as details. Returns other errors unchanged. */
export function toApplicationFailure(error: unknown): unknown {
  if (!(error instanceof FactError)) return error;
  return ApplicationFailure.create({
    message: error.message,
    type: error.name,
    nonRetryable: !error.retryable,
    details: [error.facts],
    cause: error,
    ...(error.retryAfterMs === undefined ? {} : { nextRetryDelay: error.retryAfterMs }),
  });
}

/** Runs `work` and converts what it throws by {@link toApplicationFailure}. */
export async function mappingErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toApplicationFailure(error);
  }
}
