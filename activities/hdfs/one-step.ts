import webhdfs from 'webhdfs';
import type { WebHdfsClient, WebHdfsRequest } from 'webhdfs';
import { AnswerError, DIRECT, DIRECT_AND_FRESH, watchSending } from '../../common/bounded-answer.ts';
import type { Access } from './access.ts';
import { booleanOf, fileStatusOf, refusal } from './answers.ts';
import type { Answer, Purpose } from './answers.ts';
import { connectionError } from './connection-error.ts';
import type { FileStatus } from './hdfs.ts';
import { HdfsError } from './error.ts';
import { encodePath } from './paths.ts';

type Start = (
  client: WebHdfsClient,
  done: (error: (Error & { code?: string }) | null | undefined) => void,
) => WebHdfsRequest;

/** Limit for a short answer or an exception with its trace, in bytes. */
export const SHORT_ANSWER = 256 * 1024;

/**
 * Operations that the NameNode answers without a redirect, through the package `webhdfs`. The package drops the names of Hadoop's exceptions
 * and takes `{"boolean":false}` for a success. So only its request is used, and the answer is read from the response.
 */
export async function makeDirectories(access: Access, path: string): Promise<void> {
  const answer = await call(access, 'change', `MKDIRS ${path}`, undefined, (client, done) =>
    client.mkdir(encodePath(path), '0755', done),
  );
  if (booleanOf(answer) !== true) throw refused(access, answer, 'change', 'MKDIRS', path);
}

/** RENAME as `rename2`: a failure is an exception, and an existing directory at the target is not moved into. */
export async function rename(access: Access, from: string, to: string, option: 'NONE' | 'OVERWRITE'): Promise<void> {
  const what = `RENAME ${from} to ${to}`;
  const answer = await call(access, 'change', what, { renameoptions: option }, (client, done) =>
    client.rename(encodePath(from), to, done),
  );
  if (answer.status !== 200) throw refused(access, answer, 'change', 'RENAME', from, { to });
  if (answer.body === undefined || answer.body === '') return;
  const found = JSON.stringify(answer.body).slice(0, 200);
  const meaning =
    booleanOf(answer) === undefined
      ? 'a proxy answered, and the change may have happened. Set WEBHDFS_URL to the address of a NameNode.'
      : 'this server does not know the option. Set WEBHDFS_URL to a NameNode of HDFS 3, not to HttpFS.';
  throw new HdfsError(
    'lost',
    `Expected an empty answer to ${what} with renameoptions=${option}, got ${found}: ${meaning}`,
    { facts: { from, to } },
  );
}

/** @returns whether the path existed */
export async function remove(access: Access, path: string, recursive: boolean): Promise<boolean> {
  const answer = await call(access, 'change', `DELETE ${path}`, undefined, (client, done) =>
    client.unlink(encodePath(path), recursive, done),
  );
  const removed = booleanOf(answer);
  if (removed === undefined) throw refused(access, answer, 'change', 'DELETE', path);
  return removed;
}

export async function statusOf(access: Access, path: string): Promise<FileStatus | undefined> {
  const answer = await call(access, 'read', `GETFILESTATUS ${path}`, undefined, (client, done) =>
    client.stat(encodePath(path), done),
  );
  const status = fileStatusOf(answer, path);
  if (status !== undefined) return status;
  const error = refused(access, answer, 'read', 'GETFILESTATUS', path);
  if (error.kind === 'absent') return undefined;
  throw error;
}

/** The error for an answer other than success. */
export function refused(
  { secret }: Pick<Access, 'secret'>,
  answer: Answer,
  purpose: Purpose,
  operation: string,
  path: string,
  facts: Record<string, unknown> = {},
): HdfsError {
  const { kind, exception, message, isTokenRefused } = refusal(answer, purpose);
  const text = exception === undefined ? message : `${exception}: ${message}`;
  // A server may repeat what it was sent.
  const said = secret === undefined ? text : text.replaceAll(secret, '…');
  return new HdfsError(kind, `Expected HDFS to do ${operation} ${path}, it answered ${said}`, {
    facts: { operation, path, status: answer.status, exception, isTokenRefused, ...facts },
  });
}

function call(
  access: Access,
  purpose: Purpose,
  what: string,
  qs: Record<string, string> | undefined,
  start: Start,
): Promise<Answer> {
  const url = new URL(access.baseUrl);
  const protocol = url.protocol.replace(':', '');
  // A change always uses a new connection. The server may close a reused one just then, and a request that it never saw would look like a
  // lost answer.
  const agents = purpose === 'change' ? DIRECT_AND_FRESH : DIRECT;
  const client = webhdfs.createClient(
    {
      protocol,
      host: url.hostname,
      port: Number(url.port) || (protocol === 'https' ? 443 : 80),
      path: `${url.pathname.replace(/\/$/, '')}/webhdfs/v1`,
    },
    {
      timeout: access.timeoutMs,
      proxy: null,
      followRedirect: false,
      agent: protocol === 'https' ? agents.https : agents.http,
      qs: { ...access.query, ...qs },
      ...access.tls,
    },
  );
  return new Promise((resolve, reject) => {
    const request = start(client, (error) => {
      clearTimeout(timer);
      // Connection errors have a code. The package's own errors have none, and the response says more than they do.
      const { response } = request;
      if (response?.statusCode === undefined || (error instanceof Error && error.code !== undefined)) {
        reject(connectionError(error, purpose, what, wasSent()));
      } else {
        resolve({ status: response.statusCode, body: response.body });
      }
    });
    const wasSent = watchSending(request);
    const breakOff = (message: string, fault: 'too-large' | 'too-slow') => {
      clearTimeout(timer);
      request.abort();
      const error = new AnswerError(message, { fault, code: fault, wasSent: wasSent() });
      reject(connectionError(error, purpose, what));
    };
    // The package's own time-out restarts with each byte.
    const late = `the answer was not complete after ${access.timeoutMs} ms`;
    const timer = setTimeout(() => breakOff(late, 'too-slow'), access.timeoutMs);
    let bytes = 0;
    request.on('data', (chunk) => {
      bytes += chunk.length;
      if (bytes > SHORT_ANSWER) breakOff(`the answer is longer than ${SHORT_ANSWER} bytes`, 'too-large');
    });
  });
}
