import { FactError } from '../errors.ts';
import type { Facts } from '../errors.ts';

/**
 * - `absent`: the file to read does not exist.
 * - `exists`: the name is taken, or the directory to remove is not empty.
 * - `fenced`: the source, or the parent of the target, does not exist. If the caller created it, another process has removed it.
 * - `lost`: the change was sent, and the answer was lost. It may have happened, or may still happen: check before a retry.
 * - `broken`: a file was sent or received with a wrong length.
 * - `unavailable`: no server is available now. Nothing was changed.
 * - `forbidden`: the user has no permission.
 * - `invalid`: the server always rejects the request.
 */
export type HdfsErrorKind =
  'absent' | 'exists' | 'fenced' | 'lost' | 'broken' | 'unavailable' | 'forbidden' | 'invalid';

const RETRYABLE_KINDS: ReadonlySet<HdfsErrorKind> = new Set(['fenced', 'lost', 'broken', 'unavailable']);

/** An error of the {@link ./hdfs.ts Hdfs} client. Its facts have the operation, the path and the server's text. */
export class HdfsError extends FactError {
  override name = 'HdfsError';
  readonly kind: HdfsErrorKind;

  constructor(kind: HdfsErrorKind, message: string, options: { facts?: Facts; cause?: unknown } = {}) {
    super(message, { ...options, retryable: RETRYABLE_KINDS.has(kind) });
    this.kind = kind;
  }
}

/** Whether `error` is an HDFS error of one of these kinds. */
export function isHdfsError(error: unknown, ...kinds: HdfsErrorKind[]): error is HdfsError {
  return error instanceof HdfsError && kinds.includes(error.kind);
}

/** Whether a server did not do it because the delegation token has expired, was cancelled, or is not whole. */
export function hasRefusedToken(error: unknown): boolean {
  return error instanceof HdfsError && error.facts['isTokenRefused'] === true;
}
