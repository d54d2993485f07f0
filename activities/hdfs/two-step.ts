import { createWriteStream } from 'node:fs';
import type { ReadStream } from 'node:fs';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import got from 'got';
import { AnswerError, DIRECT_AND_FRESH, boundedAnswer, boundedRead } from '../../common/bounded-answer.ts';
import type { AnswerBounds, AskOptions, BoundedAnswer } from '../../common/bounded-answer.ts';
import { trusting } from '../../common/tls-files.ts';
import { listingOf } from './answers.ts';
import type { Answer, Purpose } from './answers.ts';
import { connectionError } from './connection-error.ts';
import type { CreateOptions, FileStatus } from './hdfs.ts';
import { HdfsError } from './error.ts';
import type { Access } from './access.ts';
import { SHORT_ANSWER, refused } from './one-step.ts';
import { encodePath } from './paths.ts';

/** By the server's own settings, a page of a listing has about 1,000 entries of a few hundred bytes each. */
const LONGEST_PAGE = 32 * 1024 * 1024;
/** A slower transfer is aborted, even if it makes steady progress. In bytes per millisecond. */
const SLOWEST_PACE = 16;

/**
 * CREATE: the NameNode redirects to a DataNode, which creates the file and receives the bytes. The first step checks and changes nothing.
 * Only the DataNode's 201 means success. A connection that breaks earlier leaves a shorter file that looks complete.
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
  if (!options.createParent && new URL(location).searchParams.get('data') === 'true') throw withoutFence(path);
  const answer = await exchange(
    'change',
    `CREATE ${path}`,
    location,
    {
      method: 'PUT',
      headers: { 'content-type': 'application/octet-stream', 'content-length': String(options.length) },
      body: options.body(),
      agent: DIRECT_AND_FRESH,
      https: trusting(access.tls),
      timeout: stallTimeouts(access),
    },
    { maxBytes: SHORT_ANSWER, maxMs: dataMs(access, options.length) },
  );
  if (answer.status !== 201) throw refused(access, answer, 'change', 'CREATE', path);
}

/** Only HttpFS asks for `data=true`. It creates missing parents in any case, so a former owner of the directory could write there. */
function withoutFence(path: string): HdfsError {
  return new HdfsError(
    'invalid',
    `Expected a NameNode to create ${path} only if its parent exists, found HttpFS, which cannot. Set WEBHDFS_URL to the NameNodes; HttpFS is for reading.`,
    { facts: { path } },
  );
}

/** OPEN: reads a whole file of that length into memory. */
export async function open(access: Access, path: string, length: number): Promise<Buffer> {
  const location = await redirection(access, 'GET', path, { op: 'OPEN' });
  try {
    const { status, body } = await boundedAnswer(got, location, ...dataRequest(access, length));
    if (status === 200) return body;
    throw refused(access, answerOf(status, body.toString()), 'read', 'OPEN', path);
  } catch (error) {
    throw dataError(error, path);
  }
}

/** OPEN: reads a whole file of that length into a local file. */
export async function openInto(access: Access, path: string, length: number, localFile: string): Promise<void> {
  const location = await redirection(access, 'GET', path, { op: 'OPEN' });
  let refusal: string | undefined;
  try {
    const { status } = await boundedRead(got, location, ...dataRequest(access, length), async (status, chunks) => {
      if (status === 200) await pipeline(chunks, createWriteStream(localFile));
      else refusal = await text(chunks);
    });
    if (refusal !== undefined) throw refused(access, answerOf(status, refusal), 'read', 'OPEN', path);
  } catch (error) {
    throw dataError(error, path);
  }
}

function dataRequest(access: Access, length: number): [AskOptions, AnswerBounds] {
  return [
    { agent: DIRECT_AND_FRESH, https: trusting(access.tls), timeout: stallTimeouts(access) },
    { maxBytes: Math.max(length, SHORT_ANSWER), maxMs: dataMs(access, length) },
  ];
}

function dataError(error: unknown, path: string): HdfsError {
  if (error instanceof HdfsError) return error;
  if (error instanceof AnswerError && error.fault === 'too-large')
    return new HdfsError('broken', `Expected ${path} to be no longer than its status says, but ${error.message}.`, {
      facts: { path },
    });
  return connectionError(error, 'read', `OPEN ${path}`);
}

/**
 * LISTSTATUS_BATCH: one page of about 1,000 entries of a directory, sorted by name; `undefined` if it does not exist. A server that does not
 * know the spelling of the parameter returns the first page again.
 */
export async function listPage(
  access: Access,
  path: string,
  startAfter: string | undefined,
): Promise<{ entries: FileStatus[]; names: string[]; more: boolean } | undefined> {
  // The NameNode knows the first spelling only, HttpFS the second.
  const after = startAfter === undefined ? {} : { startafter: startAfter, startAfter };
  const query = { op: 'LISTSTATUS_BATCH', ...after };
  const what = `LISTSTATUS_BATCH ${path}`;
  const bounds = { maxBytes: LONGEST_PAGE, maxMs: access.timeoutMs };
  const answer = await exchange('read', what, urlOf(access, path, query), { https: trusting(access.tls) }, bounds);
  const page = answer.status === 200 ? listingOf(answer, path) : undefined;
  if (page !== undefined) return page;
  const error = refused(access, answer, 'read', 'LISTSTATUS_BATCH', path);
  if (error.kind === 'absent') return undefined;
  throw error;
}

/** A transfer may take long, but must not stall. */
function stallTimeouts({ dataTimeoutMs: ms }: Access) {
  return { lookup: ms, connect: ms, socket: ms, response: ms };
}

/** Limit for the whole transfer, in milliseconds. */
function dataMs({ dataTimeoutMs }: Access, bytes: number): number {
  return dataTimeoutMs + Math.ceil(bytes / SLOWEST_PACE);
}

/**
 * The first step of an upload or a download: asks the NameNode for the address of the DataNode. It changes nothing. HttpFS answers a
 * download itself, so the address is that of the request.
 */
async function redirection(
  access: Access,
  method: 'GET' | 'PUT',
  path: string,
  query: Record<string, string>,
): Promise<string> {
  const operation = query['op'] ?? '';
  const url = urlOf(access, path, query);
  const bounds = { maxBytes: SHORT_ANSWER, maxMs: access.timeoutMs };
  let answer: BoundedAnswer;
  try {
    answer = await boundedAnswer(got, url, { method, https: trusting(access.tls) }, bounds);
  } catch (error) {
    if (method === 'GET' && error instanceof AnswerError && error.fault === 'too-large') return url;
    throw connectionError(error, 'read', `${operation} ${path} at the NameNode`);
  }
  const { location } = answer.headers;
  if (method === 'GET' && answer.status === 200) return url;
  if (answer.status !== 307 || location === undefined)
    throw refused(access, answerOf(answer.status, answer.body.toString()), 'read', operation, path);
  if (url.startsWith('https:') && !location.startsWith('https:')) throw withoutTls(operation, path);
  return location;
}

/** The address of the DataNode has a token that the NameNode has put into it. */
function withoutTls(operation: string, path: string): HdfsError {
  const remedy = 'Set dfs.http.policy of HDFS to HTTPS_ONLY, or WEBHDFS_URL to http:// addresses';
  return new HdfsError(
    'invalid',
    `Expected a DataNode over https for ${operation} ${path}, as the NameNode, got another address. ${remedy}.`,
    { facts: { operation, path } },
  );
}

async function exchange(
  purpose: Purpose,
  what: string,
  url: string,
  options: AskOptions,
  bounds: AnswerBounds,
): Promise<Answer> {
  try {
    const { status, body } = await boundedAnswer(got, url, options, bounds);
    return answerOf(status, body.toString());
  } catch (error) {
    throw connectionError(error, purpose, what);
  }
}

function urlOf(access: Access, path: string, query: Record<string, string>): string {
  const parameters = new URLSearchParams({ ...query, ...access.query });
  return `${access.baseUrl}/webhdfs/v1${encodePath(path)}?${parameters.toString()}`;
}

function answerOf(status: number, body: string): Answer {
  try {
    return { status, body: JSON.parse(body) as unknown };
  } catch {
    return { status, body };
  }
}
