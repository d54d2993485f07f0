import { ApplicationFailure } from '@temporalio/common';

/** What is known about a failure: which topic, partition, offset, path, status. Never a secret. */
export type Facts = Record<string, unknown>;

/**
 * An error of an outside system. It carries facts and one bit: whether trying the same again can help. Clients throw it;
 * {@link toApplicationFailure} turns the bit into Temporal's words at the edge of an activity.
 */
export class FactError extends Error {
  override name = 'FactError';
  readonly facts: Facts;
  readonly retryable: boolean;

  constructor(message: string, options: { facts?: Facts; retryable: boolean; cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.facts = options.facts ?? {};
    this.retryable = options.retryable;
  }
}

/** The failure that Temporal records: retryable or not by the error's bit, with its facts as details. Other errors stay as they are. */
export function toApplicationFailure(error: unknown): unknown {
  if (!(error instanceof FactError)) return error;
  return ApplicationFailure.create({
    message: error.message,
    type: error.name,
    nonRetryable: !error.retryable,
    details: [error.facts],
    cause: error,
  });
}

/** Runs `work`; what it throws leaves as an ApplicationFailure where it is a {@link FactError}. */
export async function mappingErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toApplicationFailure(error);
  }
}
