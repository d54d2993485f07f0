import got from 'got';
import type { Got } from 'got';
import { AnswerError, boundedAnswer } from '../../common/bounded-answer.ts';
import type { AskOptions } from '../../common/bounded-answer.ts';
import { FactError } from '../errors.ts';

export type TwitchErrorKind = 'unauthorized' | 'refused' | 'unavailable' | 'unexpected';

/** What Twitch answered, or that it did not. The facts hold path and status, never a query or a header: those may hold secrets. */
export class TwitchError extends FactError {
  override name = 'TwitchError';
  readonly kind: TwitchErrorKind;

  constructor(message: string, kind: TwitchErrorKind, facts: { path: string; status?: number }, cause?: unknown) {
    super(message, { facts: { ...facts, kind }, retryable: kind === 'unavailable' || kind === 'unauthorized', cause });
    this.kind = kind;
  }
}

/** An answer of Twitch, whatever its status. */
export interface TwitchAnswer {
  status: number;
  headers: Record<string, unknown>;
  body: string;
}

/** A page of 100 streams has about 100 kB; one absurdly long field must not cost the other 99 streams. */
const MAX_BYTES = 16 * 1024 * 1024;
const MAX_MS = 20_000;

/** An HTTP client below `baseUrl`, whose own path is kept, that never tries again by itself. */
export function createHttp(baseUrl: string): Got {
  return got.extend({ prefixUrl: baseUrl.replace(/\/+$/, '') });
}

/** Asks once. @throws TwitchError `unavailable` where no whole answer came, or one that is too long */
export async function ask(http: Got, path: string, options: AskOptions): Promise<TwitchAnswer> {
  try {
    const { status, headers, body } = await boundedAnswer(http, path, options, { maxBytes: MAX_BYTES, maxMs: MAX_MS });
    return { status, headers, body: body.toString() };
  } catch (error) {
    if (!(error instanceof AnswerError)) throw error;
    const address = `${String(http.defaults.options.prefixUrl).replace(/\/$/, '')}/${path}`;
    throw new TwitchError(
      `Expected ${address} to answer, but ${error.message}. It is tried again; is the network there, and are TWITCH_API_URL and TWITCH_ID_URL right?`,
      'unavailable',
      { path },
    );
  }
}

/** The body as JSON. @throws TwitchError that is retryable, as a proxy's error page is */
export function jsonOf(path: string, { status, body }: TwitchAnswer): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    const message = `Expected JSON from ${path}, got ${body.length} characters of something else.`;
    throw new TwitchError(message, 'unavailable', { path, status });
  }
}
