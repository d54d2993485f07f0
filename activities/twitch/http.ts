import got from 'got';
import type { Got } from 'got';
import { AnswerError, boundedAnswer } from '../../common/bounded-answer.ts';
import type { AskOptions } from '../../common/bounded-answer.ts';
import { FactError } from '../errors.ts';

export type TwitchErrorKind = 'unauthorized' | 'refused' | 'unavailable' | 'unexpected';

/** A failed request to Twitch. The facts have the path and the status, never a query or header: those may contain secrets. */
export class TwitchError extends FactError {
  override name = 'TwitchError';
  readonly kind: TwitchErrorKind;

  constructor(message: string, kind: TwitchErrorKind, facts: { path: string; status?: number }, cause?: unknown) {
    super(message, { facts: { ...facts, kind }, retryable: kind === 'unavailable' || kind === 'unauthorized', cause });
    this.kind = kind;
  }
}

/** An answer of Twitch with any status. */
export interface TwitchAnswer {
  status: number;
  headers: Record<string, unknown>;
  body: string;
}

/** A page of 100 streams has about 100 kB. The limit is far above, so that one very long field does not cost the other 99 streams. */
const MAX_BYTES = 16 * 1024 * 1024;
const MAX_MS = 20_000;

/** Creates an HTTP client for paths below `baseUrl`. It does not retry. */
export function createHttp(baseUrl: string): Got {
  return got.extend({ prefixUrl: baseUrl.replace(/\/+$/, '') });
}

/** Sends one request. @throws TwitchError `unavailable` if no complete answer came, or it is too long */
export async function ask(http: Got, path: string, options: AskOptions): Promise<TwitchAnswer> {
  try {
    const { status, headers, body } = await boundedAnswer(http, path, options, { maxBytes: MAX_BYTES, maxMs: MAX_MS });
    return { status, headers, body: body.toString() };
  } catch (error) {
    if (!(error instanceof AnswerError)) throw error;
    const address = `${String(http.defaults.options.prefixUrl).replace(/\/$/, '')}/${path}`;
    throw new TwitchError(
      `Expected ${address} to answer, but ${error.message}. Retrying. Does the network work, and are TWITCH_API_URL and TWITCH_ID_URL right?`,
      'unavailable',
      { path },
    );
  }
}

/** Parses the body as JSON. @throws TwitchError, retryable: a proxy may have sent an error page */
export function jsonOf(path: string, { status, body }: TwitchAnswer): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    const message = `Expected JSON from ${path}, got ${body.length} characters of something else.`;
    throw new TwitchError(message, 'unavailable', { path, status });
  }
}
