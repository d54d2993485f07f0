import { AnswerError } from '../../common/bounded-answer.ts';
import { isUntrusted } from '../../common/tls-files.ts';
import { HdfsError } from './error.ts';
import type { Purpose } from './answers.ts';

const TRUST = 'Set HDFS_TLS_CA_FILE to the certificate of the authority that has signed the server’s certificate.';

/**
 * The error for a missing or incomplete answer. `unavailable`: nothing was changed, because the request only reads or was never sent.
 * `lost`: anything else. The error's code cannot decide it: EHOSTUNREACH can end a connect as well as an established connection.
 * @param wasSent whether the connection was established, so the request may have arrived
 */
export function connectionError(
  error: unknown,
  purpose: Purpose,
  what: string,
  wasSent = !(error instanceof AnswerError) || error.wasSent,
): HdfsError {
  const message = error instanceof Error ? error.message : String(error);
  const kind = purpose === 'change' && wasSent ? 'lost' : 'unavailable';
  const meaning = kind === 'lost' ? 'the change may have happened; check before a retry' : 'nothing was changed';
  const remedy = isUntrusted((error as { code?: unknown }).code) ? ` ${TRUST}` : '';
  return new HdfsError(kind, `Expected an answer of HDFS to ${what}, got none (${message}): ${meaning}.${remedy}`, {
    facts: { what },
    cause: error,
  });
}
