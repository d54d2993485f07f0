import { Agent } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import type { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import type { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import type { Got, OptionsInit, Response } from 'got';

/** How much an answer may be and take. */
export interface AnswerBounds {
  /** Of the body after decompression. */
  maxBytes: number;
  /** From the first step of the request to the last byte of the answer, in milliseconds. */
  maxMs: number;
}

export interface BoundedAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** What of got's options a request may choose: the bounds, redirects and retries are not among them. */
export type AskOptions = Pick<
  OptionsInit,
  'method' | 'headers' | 'searchParams' | 'body' | 'form' | 'json' | 'agent' | 'timeout'
>;

/**
 * Why there is no whole answer. `too-large` and `too-slow` are the bounds; `broken` is all else: a refused or lost connection, an answer
 * that is no HTTP or whose compression is damaged.
 */
export type AnswerFault = 'too-large' | 'too-slow' | 'broken';

/**
 * There is no whole answer. The message reads on after "but". It holds neither the request nor its headers, and got's own error, which
 * does, is not the cause. Clients turn it into an error of theirs.
 */
export class AnswerError extends Error {
  override name = 'AnswerError';
  readonly fault: AnswerFault;
  /** Such as `ECONNREFUSED`, `ETIMEDOUT`, `HPE_HEADER_OVERFLOW`. */
  readonly code: string;
  /** Whether the request can have arrived: the connection stood. */
  readonly wasSent: boolean;

  constructor(message: string, options: { fault: AnswerFault; code: string; wasSent: boolean }) {
    super(message);
    this.fault = options.fault;
    this.code = options.code;
    this.wasSent = options.wasSent;
  }
}

/** Agents of our own ask no proxy, whatever HTTP_PROXY and NODE_USE_ENV_PROXY say; Node's shared ones may. */
export const DIRECT = { http: new Agent({ keepAlive: true }), https: new SecureAgent({ keepAlive: true }) };
/** {@link DIRECT}, and never on a connection that was used before. */
export const DIRECT_AND_FRESH = { http: new Agent({ keepAlive: false }), https: new SecureAgent({ keepAlive: false }) };

/** Beyond this many `1xx` before the answer, the server means no good. */
const MOST_INTERIM_ANSWERS = 32;
const FIRST_ROOM = 16 * 1024;

const DECODERS: ReadonlyMap<string, () => Transform> = new Map<string, () => Transform>([
  ['identity', () => new PassThrough()],
  ['gzip', () => createGunzip()],
  ['x-gzip', () => createGunzip()],
  ['deflate', () => createInflate()],
  ['br', () => createBrotliDecompress()],
  ['zstd', () => createZstdDecompress()],
]);

/**
 * Asks once and reads the whole answer into memory, as far as the bounds go; the connection is broken off at once where it goes further.
 * A redirection is an answer like any other, and so is a status of 400 or more. One compression is undone, not a chain of them, each
 * step of which would take memory. No proxy is asked.
 * @throws AnswerError
 */
export async function boundedAnswer(
  http: Got,
  url: string | URL,
  options: AskOptions,
  bounds: AnswerBounds,
): Promise<BoundedAnswer> {
  const bytes = new Bytes(bounds.maxBytes);
  const head = await boundedRead(http, url, options, bounds, (_status, chunks) => bytes.take(chunks));
  return { ...head, body: bytes.taken };
}

/**
 * {@link boundedAnswer} for a body that goes somewhere else than into memory: `read` is given its chunks, and never more of them than the
 * bound allows. What `read` throws leaves as an AnswerError too.
 */
export async function boundedRead(
  http: Got,
  url: string | URL,
  options: AskOptions,
  bounds: AnswerBounds,
  read: (status: number, chunks: AsyncIterable<Buffer>) => Promise<void>,
): Promise<Omit<BoundedAnswer, 'body'>> {
  const hasBody = [options.body, options.form, options.json].some((body) => body !== undefined);
  const stream = http.stream(url, {
    agent: DIRECT,
    ...options,
    headers: { 'accept-encoding': 'gzip, br', ...options.headers },
    decompress: false,
    followRedirect: false,
    retry: { limit: 0 },
    throwHttpErrors: false,
    timeout: { ...options.timeout, request: bounds.maxMs },
  });
  const wasSent = watchSending(stream);
  let interim = 0;
  let isTooLarge = false;
  const answered = new Promise<Response>((resolve, reject) => {
    stream.once('response', resolve);
    stream.on('error', reject);
  });
  stream.on('information', () => {
    if (++interim > MOST_INTERIM_ANSWERS) stream.destroy(new Error('it sends interim answers without end'));
  });
  stream.on('upgrade', (_response: unknown, socket: Socket) => {
    socket.destroy();
    stream.destroy(new Error('it goes over to another protocol'));
  });
  try {
    // got waits for a body where the method may have one.
    if (!hasBody && (options.method ?? 'GET') !== 'GET') stream.end();
    const response = await answered;
    const { statusCode: status, headers } = response;
    await pipeline(stream, decoderOf(response), (chunks: AsyncIterable<Buffer>) =>
      read(
        status,
        within(chunks, bounds.maxBytes, () => (isTooLarge = true)),
      ),
    );
    return { status, headers };
  } catch (error) {
    throw answerError(error, bounds, { wasSent: wasSent(), isTooLarge });
  } finally {
    stream.destroy();
  }
}

/** Watches a request: whether its connection stood, so that it can have arrived. */
export function watchSending(request: {
  on(event: 'socket', listener: (socket: Socket) => void): unknown;
}): () => boolean {
  let stood = false;
  request.on('socket', (socket) => {
    if (socket.connecting) socket.once('connect', () => (stood = true));
    else stood = true;
  });
  return () => stood;
}

async function* within(chunks: AsyncIterable<Buffer>, maxBytes: number, pass: () => void): AsyncIterable<Buffer> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      pass();
      throw new Error(`more than ${maxBytes} bytes came`);
    }
    yield chunk;
  }
}

/** Bytes as they come, in one piece of memory: an answer in pieces of one byte takes no more room than another. */
class Bytes {
  readonly #most: number;
  #room: Buffer;
  #length = 0;

  constructor(most: number) {
    this.#most = most;
    this.#room = Buffer.allocUnsafe(Math.min(most, FIRST_ROOM));
  }

  get taken(): Buffer {
    return this.#room.subarray(0, this.#length);
  }

  /** At most `most` in all. */
  async take(chunks: AsyncIterable<Buffer>): Promise<void> {
    for await (const chunk of chunks) {
      const length = this.#length + chunk.length;
      if (length > this.#room.length) {
        const room = Buffer.allocUnsafe(Math.min(this.#most, Math.max(length, this.#room.length * 2)));
        this.#room.copy(room, 0, 0, this.#length);
        this.#room = room;
      }
      chunk.copy(this.#room, this.#length);
      this.#length = length;
    }
  }
}

function decoderOf({ headers, statusCode }: Response): Transform {
  const hasNoBody = [204, 205, 304].includes(statusCode) || headers['content-length'] === '0';
  const coding = headers['content-encoding']?.trim().toLowerCase() ?? '';
  const decoder = DECODERS.get(coding === '' || hasNoBody ? 'identity' : coding);
  if (decoder === undefined) throw new Error('it is compressed in a way that was not asked for');
  return decoder();
}

function answerError(
  error: unknown,
  { maxBytes, maxMs }: AnswerBounds,
  { wasSent, isTooLarge }: { wasSent: boolean; isTooLarge: boolean },
): AnswerError {
  // What `read` pipes the chunks into may put an error of its own in the place of this one.
  if (isTooLarge) {
    const message = `more than ${maxBytes} bytes came`;
    return new AnswerError(message, { fault: 'too-large', code: 'TOO_LARGE', wasSent });
  }
  const { code, event, message } = error as { code?: string; event?: string; message: string };
  if (event !== undefined) {
    const finding =
      event === 'request' ? `the whole of it was not there after ${maxMs} ms` : `it stood still (${event})`;
    return new AnswerError(finding, { fault: 'too-slow', code: 'ETIMEDOUT', wasSent });
  }
  const reason = code === undefined || message.includes(code) ? message : `${message} (${code})`;
  return new AnswerError(reason, { fault: 'broken', code: code ?? 'BROKEN', wasSent });
}
