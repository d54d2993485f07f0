import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import { PassThrough, type Transform } from 'node:stream';
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
 * step of which would take memory. got asks no proxy.
 * @throws AnswerError
 */
export async function boundedAnswer(
  http: Got,
  url: string | URL,
  options: AskOptions,
  bounds: AnswerBounds,
): Promise<BoundedAnswer> {
  const hasBody = [options.body, options.form, options.json].some((body) => body !== undefined);
  const stream = http.stream(url, {
    ...options,
    headers: { 'accept-encoding': 'gzip, br', ...options.headers },
    decompress: false,
    followRedirect: false,
    retry: { limit: 0 },
    throwHttpErrors: false,
    timeout: { ...options.timeout, request: bounds.maxMs },
  });
  let wasSent = false;
  let interim = 0;
  const answered = new Promise<Response>((resolve, reject) => {
    stream.once('response', resolve);
    stream.on('error', reject);
  });
  stream.on('socket', (socket: Socket) => {
    if (socket.connecting) socket.once('connect', () => (wasSent = true));
    else wasSent = true;
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
    const body = new BoundedBody(bounds.maxBytes);
    await pipeline(stream, decoderOf(response), (chunks: AsyncIterable<Buffer>) => body.take(chunks));
    return { status: response.statusCode, headers: response.headers, body: body.bytes };
  } catch (error) {
    throw answerError(error, bounds, wasSent);
  } finally {
    stream.destroy();
  }
}

/** Bytes as they come, in one piece of memory: an answer in pieces of one byte takes no more room than another. */
class BoundedBody {
  readonly #maxBytes: number;
  #room: Buffer;
  #length = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
    this.#room = Buffer.allocUnsafe(Math.min(maxBytes, FIRST_ROOM));
  }

  get bytes(): Buffer {
    return this.#room.subarray(0, this.#length);
  }

  async take(chunks: AsyncIterable<Buffer>): Promise<void> {
    for await (const chunk of chunks) {
      const length = this.#length + chunk.length;
      if (length > this.#maxBytes) throw new TooLargeError();
      if (length > this.#room.length) {
        const room = Buffer.allocUnsafe(Math.min(this.#maxBytes, Math.max(length, this.#room.length * 2)));
        this.#room.copy(room, 0, 0, this.#length);
        this.#room = room;
      }
      chunk.copy(this.#room, this.#length);
      this.#length = length;
    }
  }
}

class TooLargeError extends Error {}

function decoderOf({ headers, statusCode }: Response): Transform {
  const hasNoBody = [204, 205, 304].includes(statusCode) || headers['content-length'] === '0';
  const coding = headers['content-encoding']?.trim().toLowerCase() ?? '';
  const decoder = DECODERS.get(coding === '' || hasNoBody ? 'identity' : coding);
  if (decoder === undefined) throw new Error('it is compressed in a way that was not asked for');
  return decoder();
}

function answerError(error: unknown, { maxBytes, maxMs }: AnswerBounds, wasSent: boolean): AnswerError {
  if (error instanceof TooLargeError) {
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
