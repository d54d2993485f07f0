import { FactError } from '../errors.ts';

/**
 * Why a request to the parameter store failed: `unauthorized` (the key), `precondition` (another writer was faster: read and retry),
 * `refused` (another 4xx), `unavailable` (refused connection, time-out, 5xx, too many requests: retryable), `unexpected` (a value that does not match the
 * schema). The facts have the path, the status and the store's error code, never the value or the key.
 */
export type ParameterErrorKind = 'unauthorized' | 'precondition' | 'refused' | 'unavailable' | 'unexpected';

export class ParameterError extends FactError {
  override name = 'ParameterError';
  readonly kind: ParameterErrorKind;

  constructor(kind: ParameterErrorKind, message: string, facts: Record<string, unknown>, retryAfterMs?: number) {
    super(message, { facts: { ...facts, kind }, retryable: kind === 'unavailable', retryAfterMs });
    this.kind = kind;
  }
}
