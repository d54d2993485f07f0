import { AnswerError } from '../../common/bounded-answer.ts';
import { HdfsError } from './hdfs-error.ts';
import type { Purpose } from './answers.ts';

/** Codes of errors that come before a connection stands: nothing was sent. */
const notSentCodes = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/**
 * What it means that no whole answer came: `unavailable` where nothing can have been changed, because it was only asked or because the
 * request was never sent; `lost` otherwise.
 */
export function connectionError(error: unknown, purpose: Purpose, what: string): HdfsError {
  const message = error instanceof Error ? error.message : String(error);
  const kind = purpose === 'read' || wasNotSent(error) ? 'unavailable' : 'lost';
  const meaning = kind === 'lost' ? 'the change may have happened; look before trying again' : 'nothing was changed';
  return new HdfsError(kind, `Expected an answer of HDFS to ${what}, got none (${message}): ${meaning}.`, {
    facts: { what },
    cause: error,
  });
}

/** Whether the request never left: the connection was refused, or did not come about in time. */
function wasNotSent(error: unknown): boolean {
  if (error instanceof AnswerError) return !error.wasSent;
  if (!(error instanceof Error)) return false;
  if ('code' in error && typeof error.code === 'string' && notSentCodes.has(error.code)) return true;
  return 'connect' in error && error.connect === true;
}
