import { FactError } from '../errors.ts';
import type { Facts } from '../errors.ts';

/**
 * What an error of HDFS means to its caller:
 * - `absent`: what was to be read is not there;
 * - `exists`: the name is taken (or the directory to be removed is not empty);
 * - `fenced`: the source, or the directory that was to hold the target, is not there: where it was, somebody removed it;
 * - `lost`: the change was sent and no answer came. It may have happened, or may still happen: look before deciding;
 * - `broken`: a file was sent or received with another length than it has;
 * - `unavailable`: no server could do it now, and nothing was changed;
 * - `forbidden`: the user has no right to it;
 * - `invalid`: the server will never do it.
 */
export type HdfsErrorKind =
  'absent' | 'exists' | 'fenced' | 'lost' | 'broken' | 'unavailable' | 'forbidden' | 'invalid';

const RETRYABLE_KINDS: ReadonlySet<HdfsErrorKind> = new Set(['fenced', 'lost', 'broken', 'unavailable']);

/** An error of the {@link ./hdfs.ts Hdfs} client. Its facts name the operation, the path and what the server said. */
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
