import got, { type Got, type Response } from 'got';
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

/** An HTTP client below `baseUrl`, whose own path is kept, that throws nothing for a status and never tries again by itself. */
export function createHttp(baseUrl: string): Got {
  return got.extend({
    prefixUrl: baseUrl.replace(/\/+$/, ''),
    throwHttpErrors: false,
    retry: { limit: 0 },
    timeout: { request: 20_000 },
    followRedirect: false,
  });
}

/** Runs the request; no answer becomes a retryable {@link TwitchError}. The cause is cut down to its code, since it carries the request. */
export async function answerOf(path: string, request: Promise<Response<string>>): Promise<Response<string>> {
  try {
    return await request;
  } catch (error) {
    const code = (error as { code?: string }).code ?? 'no answer';
    throw new TwitchError(
      `Twitch did not answer ${path} (${code}). Trying again helps once it can be reached.`,
      'unavailable',
      { path },
    );
  }
}

/** The body as JSON. @throws TwitchError that is retryable, as a proxy's error page is */
export function jsonOf(path: string, response: Response<string>): unknown {
  try {
    return JSON.parse(response.body) as unknown;
  } catch {
    throw new TwitchError(
      `Expected JSON from ${path}, got ${response.body.length} bytes of something else.`,
      'unavailable',
      {
        path,
        status: response.statusCode,
      },
    );
  }
}
