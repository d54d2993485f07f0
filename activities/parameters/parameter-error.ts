import { FactError } from '../errors.ts';

/**
 * Why the parameter store did not do what was asked: `unauthorized` (the key), `precondition` (somebody was faster: read and try again),
 * `refused` (another 4xx), `unavailable` (refused connection, timeout, 5xx: retryable), `unexpected` (a value of another shape than the
 * schema's). Facts hold path, status and the store's error code; never the value, never the key.
 */
export type ParameterErrorKind = 'unauthorized' | 'precondition' | 'refused' | 'unavailable' | 'unexpected';

export class ParameterError extends FactError {
  override name = 'ParameterError';
  readonly kind: ParameterErrorKind;

  constructor(kind: ParameterErrorKind, message: string, facts: Record<string, unknown>) {
    super(message, { facts: { ...facts, kind }, retryable: kind === 'unavailable' });
    this.kind = kind;
  }
}
