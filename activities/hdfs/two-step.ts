import { createWriteStream } from 'node:fs';
import type { ReadStream } from 'node:fs';
import { Agent } from 'node:http';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import got from 'got';
import type { OptionsInit, OptionsOfTextResponseBody, Response } from 'got';
import { listingOf } from './answers.ts';
import type { Answer, Purpose } from './answers.ts';
import { connectionError } from './connection-error.ts';
import type { CreateOptions, FileStatus } from './hdfs.ts';
import { HdfsError } from './hdfs-error.ts';
import { refused } from './one-step.ts';
import type { Access } from './one-step.ts';
import { encodePath } from './paths.ts';

const freshConnections = { http: new Agent({ keepAlive: false }) };

/**
 * CREATE: the NameNode redirects to a DataNode, which makes the file and takes the bytes. Nothing is checked or changed in the first step.
 * Only the DataNode's 201 is a yes; a connection that breaks before it leaves a shorter file behind that looks like any other.
 */
export async function create(
  access: Access,
  path: string,
  options: CreateOptions & { length: number; body: () => ReadStream | Buffer },
): Promise<void> {
  const location = await redirection(access, 'PUT', path, {
    op: 'CREATE',
    overwrite: 'false',
    createparent: String(options.createParent),
  });
  const answer = await exchange('change', `CREATE ${path}`, location, {
    method: 'PUT',
    headers: { 'content-type': 'application/octet-stream', 'content-length': String(options.length) },
    body: options.body(),
    agent: freshConnections,
    timeout: dataTimeouts(access),
  });
  if (answer.status !== 201) throw refused(answer, 'change', 'CREATE', path);
}

/** OPEN, the whole file into memory. */
export async function open(access: Access, path: string): Promise<Buffer> {
  const location = await redirection(access, 'GET', path, { op: 'OPEN' });
  try {
    const response = await got(location, {
      ...strict,
      responseType: 'buffer',
      agent: freshConnections,
      timeout: dataTimeouts(access),
    });
    if (response.statusCode === 200) return Buffer.from(response.body);
    throw refused(answerOf(response.statusCode, Buffer.from(response.body).toString()), 'read', 'OPEN', path);
  } catch (error) {
    throw error instanceof HdfsError ? error : connectionError(error, 'read', `OPEN ${path}`);
  }
}

/** OPEN, the whole file into a local one. */
export async function openInto(access: Access, path: string, localFile: string): Promise<void> {
  const location = await redirection(access, 'GET', path, { op: 'OPEN' });
  const stream = got.stream(location, { ...strict, agent: freshConnections, timeout: dataTimeouts(access) });
  try {
    const response = await new Promise<Response>((resolve, reject) =>
      stream.once('response', resolve).once('error', reject),
    );
    if (response.statusCode !== 200) {
      throw refused(answerOf(response.statusCode, await text(stream)), 'read', 'OPEN', path);
    }
    await pipeline(stream, createWriteStream(localFile));
  } catch (error) {
    stream.destroy();
    throw error instanceof HdfsError ? error : connectionError(error, 'read', `OPEN ${path}`);
  }
}

/**
 * LISTSTATUS_BATCH: a directory in pages of about 1,000 entries, in the order of their names; `undefined` where it does not exist. The
 * parameter is `startafter` in lower case: another spelling is ignored by the server, and the first page comes for ever.
 */
export async function listPage(
  access: Access,
  path: string,
  startAfter: string | undefined,
): Promise<{ entries: FileStatus[]; names: string[]; more: boolean } | undefined> {
  const query = { op: 'LISTSTATUS_BATCH', ...(startAfter === undefined ? {} : { startafter: startAfter }) };
  const what = `LISTSTATUS_BATCH ${path}`;
  const answer = await exchange('read', what, urlOf(access, path, query), { timeout: { request: access.timeoutMs } });
  const page = answer.status === 200 ? listingOf(answer, path) : undefined;
  if (page !== undefined) return page;
  const error = refused(answer, 'read', 'LISTSTATUS_BATCH', path);
  if (error.kind === 'absent') return undefined;
  throw error;
}

const strict = { throwHttpErrors: false, followRedirect: false, retry: { limit: 0 } } as const satisfies OptionsInit;

/** Data may take long, but must not stand still. */
function dataTimeouts({ dataTimeoutMs: ms }: Access) {
  return { lookup: ms, connect: ms, socket: ms, response: ms };
}

/** The first step: where the NameNode wants the second one to go. It changes nothing, whatever the operation. */
async function redirection(
  access: Access,
  method: 'GET' | 'PUT',
  path: string,
  query: Record<string, string>,
): Promise<string> {
  const what = `${query['op'] ?? ''} ${path} at the NameNode`;
  let response: Response<string>;
  try {
    response = await got(urlOf(access, path, query), { ...strict, method, timeout: { request: access.timeoutMs } });
  } catch (error) {
    throw connectionError(error, 'read', what);
  }
  const { location } = response.headers;
  if (response.statusCode === 307 && location !== undefined) return location;
  throw refused(answerOf(response.statusCode, response.body), 'read', query['op'] ?? '', path);
}

async function exchange(
  purpose: Purpose,
  what: string,
  url: string,
  options: OptionsOfTextResponseBody,
): Promise<Answer> {
  try {
    const response = await got(url, { ...strict, ...options });
    return answerOf(response.statusCode, response.body);
  } catch (error) {
    throw connectionError(error, purpose, what);
  }
}

function urlOf(access: Access, path: string, query: Record<string, string>): string {
  const parameters = new URLSearchParams({ ...query, 'user.name': access.user });
  return `${access.baseUrl}/webhdfs/v1${encodePath(path)}?${parameters.toString()}`;
}

function answerOf(status: number, body: string): Answer {
  try {
    return { status, body: JSON.parse(body) as unknown };
  } catch {
    return { status, body };
  }
}
