import { Agent } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import type { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import type { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { TLSSocket } from 'node:tls';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import type { Got, OptionsInit, Response } from 'got';

export interface AnswerBounds {
  /** The most bytes of the body after decompression. */
  maxBytes: number;
  /** The longest time from the start of the request to the last byte of the answer. */
  maxMs: number;
}

export interface BoundedAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** The options of got that a request may set. Redirects and retries are not among them. */
export type AskOptions = Pick<
  OptionsInit,
  'method' | 'headers' | 'searchParams' | 'body' | 'form' | 'json' | 'agent' | 'https' | 'timeout'
>;

/**
 * Why there is no complete answer. `too-large` and `too-slow`: a bound was exceeded. `broken`: anything else, such as a refused or lost
 * connection, invalid HTTP or damaged compression.
 */
export type AnswerFault = 'too-large' | 'too-slow' | 'broken';

/**
 * There is no complete answer. The message continues a sentence after "but". It contains no part of the request, and has no cause, because
 * got's error contains the request. Clients convert it to their own error.
 */
export class AnswerError extends Error {
  override name = 'AnswerError';
  readonly fault: AnswerFault;
  /** Such as `ECONNREFUSED`, `ETIMEDOUT`, `HPE_HEADER_OVERFLOW`. */
  readonly code: string;
  /** Whether the request may have arrived: the connection was established. */
  readonly wasSent: boolean;

  constructor(message: string, options: { fault: AnswerFault; code: string; wasSent: boolean }) {
    super(message);
    this.fault = options.fault;
    this.code = options.code;
    this.wasSent = options.wasSent;
  }
}

/** Agents that never use a proxy. Node's global agents may, because of HTTP_PROXY and NODE_USE_ENV_PROXY. */
export const DIRECT = { http: new Agent({ keepAlive: true }), https: new SecureAgent({ keepAlive: true }) };
/** Like {@link DIRECT}, but with a new connection for each request. */
export const DIRECT_AND_FRESH = { http: new Agent({ keepAlive: false }), https: new SecureAgent({ keepAlive: false }) };

/** A server that sends more `1xx` answers than this is hostile. */
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
 * Sends a request once and reads the whole answer into memory. Closes the connection when a bound is exceeded. Redirects and error statuses
 * are answers like any other. Decompresses one coding only, because each step of a chain would take memory. Uses no proxy.
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
 * Like {@link boundedAnswer}, but passes the body to `read` in chunks, never more than the bound allows. Errors of `read` are thrown as
 * AnswerError too.
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
    if (++interim > MOST_INTERIM_ANSWERS) stream.destroy(new Error('it sends endless interim answers'));
  });
  stream.on('upgrade', (_response: unknown, socket: Socket) => {
    socket.destroy();
    stream.destroy(new Error('it switches to another protocol'));
  });
  try {
    // got waits for a body if the method may have one.
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

/**
 * Returns a function that says whether the connection of a request was established, so that the request may have arrived. Over TLS that is
 * after the handshake.
 */
export function watchSending(request: {
  on(event: 'socket', listener: (socket: Socket) => void): unknown;
}): () => boolean {
  let isConnected = false;
  request.on('socket', (socket) => {
    const established = socket instanceof TLSSocket ? 'secureConnect' : 'connect';
    if (socket.connecting) socket.once(established, () => (isConnected = true));
    else isConnected = true;
  });
  return () => isConnected;
}

async function* within(chunks: AsyncIterable<Buffer>, maxBytes: number, onExcess: () => void): AsyncIterable<Buffer> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      onExcess();
      throw new Error(`more than ${maxBytes} bytes came`);
    }
    yield chunk;
  }
}

/** Collects bytes in one buffer, so an answer in chunks of one byte takes no more memory than any other. */
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

  /** Adds at most `most` bytes in total. */
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
  if (decoder === undefined) throw new Error('it has an unrequested compression');
  return decoder();
}

function answerError(
  error: unknown,
  { maxBytes, maxMs }: AnswerBounds,
  { wasSent, isTooLarge }: { wasSent: boolean; isTooLarge: boolean },
): AnswerError {
  // A stream inside `read` may have replaced this error by its own.
  if (isTooLarge) {
    const message = `more than ${maxBytes} bytes came`;
    return new AnswerError(message, { fault: 'too-large', code: 'TOO_LARGE', wasSent });
  }
  const { code, event, message } = error as { code?: string; event?: string; message: string };
  if (event !== undefined) {
    const finding = event === 'request' ? `it was not complete after ${maxMs} ms` : `it timed out (${event})`;
    return new AnswerError(finding, { fault: 'too-slow', code: 'ETIMEDOUT', wasSent });
  }
  const reason = code === undefined || message.includes(code) ? message : `${message} (${code})`;
  return new AnswerError(reason, { fault: 'broken', code: code ?? 'BROKEN', wasSent });
}
