import { setTimeout as delay } from 'node:timers/promises';
import type { Response } from 'got';
import type { Log } from '../../workers/logger.ts';
import { type StreamsPageExternal, streamsPageExternal } from './stream.external.ts';
import { TwitchError, answerOf, createHttp, jsonOf } from './http.ts';

export interface StreamsQuery {
  userIds?: string[];
  userLogins?: string[];
  gameIds?: string[];
  languages?: string[];
  after?: string;
}

export interface Helix {
  /**
   * One page of `GET /streams`, 100 streams at most.
   * @throws TwitchError `unauthorized` on 401, `refused` on another 4xx, `unavailable` when nothing else helped
   */
  getStreams(query: StreamsQuery): Promise<StreamsPageExternal>;
}

/** Waits between tries stay below the activity's heartbeat time-out. */
const LONGEST_WAIT_MS = 20_000;
const TRIES = 5;

/** The client of Helix. It obeys `Ratelimit-Reset` on 429 and waits, each time longer, on 5xx. */
export function createHelix(options: {
  apiUrl: string;
  clientId: string;
  readAccessToken: () => Promise<string>;
  log: Log;
  now?: () => number;
  wait?: (ms: number) => Promise<unknown>;
}): Helix {
  const { clientId, readAccessToken, log, now = Date.now, wait = delay } = options;
  const http = createHttp(options.apiUrl);
  const path = 'streams';

  async function ask(searchParams: URLSearchParams): Promise<Response<string>> {
    const headers = { 'client-id': clientId, authorization: `Bearer ${await readAccessToken()}` };
    return answerOf(path, http.get(path, { searchParams, headers }));
  }

  return {
    async getStreams(query) {
      const searchParams = toSearchParams(query);
      for (let attempt = 1; ; attempt += 1) {
        const response = await ask(searchParams);
        const status = response.statusCode;
        if (status === 200) return parsePage(path, response);
        if (status === 401)
          throw new TwitchError('Helix refused the access token (401). A refreshed one may do.', 'unauthorized', {
            path,
            status,
          });
        const mayPass = status === 429 || status >= 500;
        if (!mayPass)
          throw new TwitchError(`Helix answered ${status} to GET /streams. Check config/stream-poll.`, 'refused', {
            path,
            status,
          });
        if (attempt === TRIES)
          throw new TwitchError(`Helix answered ${status} ${TRIES} times.`, 'unavailable', { path, status });
        const waitMs = status === 429 ? untilReset(response, now()) : 250 * 2 ** attempt;
        log.warn('helix asks to wait', { status, waitMs, attempt });
        await wait(waitMs);
      }
    },
  };
}

function parsePage(path: string, response: Response<string>): StreamsPageExternal {
  const page = streamsPageExternal.safeParse(jsonOf(path, response));
  if (page.success) return page.data;
  const first = page.error.issues[0];
  throw new TwitchError(
    `Helix answered GET /streams in an unexpected shape: ${first?.path.join('.') ?? ''} ${first?.message ?? ''}.`,
    'unexpected',
    { path, status: response.statusCode },
  );
}

function toSearchParams(query: StreamsQuery): URLSearchParams {
  const params = new URLSearchParams({ first: '100', type: 'live' });
  for (const id of query.userIds ?? []) params.append('user_id', id);
  for (const login of query.userLogins ?? []) params.append('user_login', login);
  for (const id of query.gameIds ?? []) params.append('game_id', id);
  for (const language of query.languages ?? []) params.append('language', language);
  if (query.after !== undefined) params.set('after', query.after);
  return params;
}

/** `Ratelimit-Reset` is the Unix time in seconds at which the bucket is full again. */
function untilReset(response: Response<string>, nowMs: number): number {
  const reset = Number(response.headers['ratelimit-reset']);
  const waitMs = Number.isFinite(reset) ? reset * 1000 - nowMs : 1000;
  return Math.min(Math.max(waitMs, 250), LONGEST_WAIT_MS);
}
