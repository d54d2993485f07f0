import { createWriteStream } from 'node:fs';
import type { ReadStream } from 'node:fs';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import got from 'got';
import { AnswerError, DIRECT_AND_FRESH, boundedAnswer, boundedRead } from '../../common/bounded-answer.ts';
import type { AnswerBounds, AskOptions, BoundedAnswer } from '../../common/bounded-answer.ts';
import { listingOf } from './answers.ts';
import type { Answer, Purpose } from './answers.ts';
import { connectionError } from './connection-error.ts';
import type { CreateOptions, FileStatus } from './hdfs.ts';
import { HdfsError } from './error.ts';
import { SHORT_ANSWER, refused } from './one-step.ts';
import type { Access } from './one-step.ts';
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
  const answer = await exchange(
    'change',
    `CREATE ${path}`,
    location,
    {
      method: 'PUT',
      headers: { 'content-type': 'application/octet-stream', 'content-length': String(options.length) },
      body: options.body(),
      agent: DIRECT_AND_FRESH,
      timeout: stallTimeouts(access),
    },
    { maxBytes: SHORT_ANSWER, maxMs: dataMs(access, options.length) },
  );
  if (answer.status !== 201) throw refused(answer, 'change', 'CREATE', path);
}

/** OPEN: reads a whole file of that length into memory. */
export async function open(access: Access, path: string, length: number): Promise<Buffer> {
  const location = await redirection(access, 'GET', path, { op: 'OPEN' });
  try {
    const { status, body } = await boundedAnswer(got, location, ...dataRequest(access, length));
    if (status === 200) return body;
    throw refused(answerOf(status, body.toString()), 'read', 'OPEN', path);
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
    if (refusal !== undefined) throw refused(answerOf(status, refusal), 'read', 'OPEN', path);
  } catch (error) {
    throw dataError(error, path);
  }
}

function dataRequest(access: Access, length: number): [AskOptions, AnswerBounds] {
  return [
    { agent: DIRECT_AND_FRESH, timeout: stallTimeouts(access) },
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
 * LISTSTATUS_BATCH: one page of about 1,000 entries of a directory, sorted by name; `undefined` if it does not exist. The parameter must be
 * `startafter` in lower case: the server ignores any other spelling and always returns the first page.
 */
export async function listPage(
  access: Access,
  path: string,
  startAfter: string | undefined,
): Promise<{ entries: FileStatus[]; names: string[]; more: boolean } | undefined> {
  const query = { op: 'LISTSTATUS_BATCH', ...(startAfter === undefined ? {} : { startafter: startAfter }) };
  const what = `LISTSTATUS_BATCH ${path}`;
  const bounds = { maxBytes: LONGEST_PAGE, maxMs: access.timeoutMs };
  const answer = await exchange('read', what, urlOf(access, path, query), {}, bounds);
  const page = answer.status === 200 ? listingOf(answer, path) : undefined;
  if (page !== undefined) return page;
  const error = refused(answer, 'read', 'LISTSTATUS_BATCH', path);
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

/** The first step of any operation: asks the NameNode for the address of the DataNode. It changes nothing. */
async function redirection(
  access: Access,
  method: 'GET' | 'PUT',
  path: string,
  query: Record<string, string>,
): Promise<string> {
  const what = `${query['op'] ?? ''} ${path} at the NameNode`;
  const bounds = { maxBytes: SHORT_ANSWER, maxMs: access.timeoutMs };
  let answer: BoundedAnswer;
  try {
    answer = await boundedAnswer(got, urlOf(access, path, query), { method }, bounds);
  } catch (error) {
    throw connectionError(error, 'read', what);
  }
  const { location } = answer.headers;
  if (answer.status === 307 && location !== undefined) return location;
  throw refused(answerOf(answer.status, answer.body.toString()), 'read', query['op'] ?? '', path);
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
