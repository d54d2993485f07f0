import { AnswerError } from '../../common/bounded-answer.ts';
import { HdfsError } from './error.ts';
import type { Purpose } from './answers.ts';

/**
 * What it means that no whole answer came: `unavailable` where nothing can have been changed, because it was only asked or because the
 * request was never sent; `lost` otherwise. The error's code does not tell which: EHOSTUNREACH ends a connect as well as a connection.
 * @param wasSent whether the connection stood, so that the request can have arrived
 */
export function connectionError(
  error: unknown,
  purpose: Purpose,
  what: string,
  wasSent = !(error instanceof AnswerError) || error.wasSent,
): HdfsError {
  const message = error instanceof Error ? error.message : String(error);
  const kind = purpose === 'change' && wasSent ? 'lost' : 'unavailable';
  const meaning = kind === 'lost' ? 'the change may have happened; look before trying again' : 'nothing was changed';
  return new HdfsError(kind, `Expected an answer of HDFS to ${what}, got none (${message}): ${meaning}.`, {
    facts: { what },
    cause: error,
  });
}
