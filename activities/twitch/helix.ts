import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../../common/log.ts';
import { TwitchError, ask, createHttp, jsonOf } from './http.ts';
import { Points } from './points.ts';
import { streamsPageOf } from './stream.external.ts';
import type { StreamsPage } from './stream.external.ts';
import { videosPageOf } from './video.external.ts';
import type { VideosPage } from './video.external.ts';

/** A stream must match one entry of each given list. Helix accepts up to 100 entries per list. */
export interface StreamsQuery {
  userIds?: string[];
  userLogins?: string[];
  gameIds?: string[];
  languages?: string[];
  after?: string;
  /** Streams per page, 1 to 100. Default 100. */
  first?: number;
}

export interface Helix {
  /**
   * One page of `GET /streams`. Waits while the rate limit is exhausted, refreshes the token once on 401, and retries temporary errors.
   * @throws TwitchError `unauthorized` if Helix refuses the new token too, `refused` if Helix refuses the request (400), `unavailable` if
   *   retries did not help
   */
  getStreams(query: StreamsQuery, signal?: AbortSignal): Promise<StreamsPage>;
  /**
   * The newest recordings of a channel, by `GET /videos`. One page: a channel makes a few a day.
   * @throws TwitchError as {@link Helix.getStreams} does; also `refused` if Helix does not know the channel (404, 410)
   */
  getVideos(channelId: string, signal?: AbortSignal): Promise<VideosPage>;
}

/** A request, and how to read its answer: undefined if it is no page. */
interface Question<T> {
  path: string;
  params: URLSearchParams;
  read: (body: unknown) => T | undefined;
  /** The statuses that refuse this request for good. */
  refusals: readonly number[];
}

export interface HelixOptions {
  apiUrl: string;
  clientId: string;
  readAccessToken: () => Promise<string>;
  /** Requests a new token, and waits for it. */
  refreshNow: () => Promise<void>;
  /** Called after each answer that says how many requests are left. */
  onPoints?: (points: number) => void;
  log: Log;
  now?: () => number;
  wait?: (ms: number, signal: AbortSignal | undefined) => Promise<unknown>;
}

/** The most attempts after temporary errors. */
const TRIES = 5;
/** The most attempts after 429. Others may use up the points while we wait. */
const LIMITED_TRIES = 10;
/** A refusal may be temporary: Helix has sometimes refused a valid cursor with "invalid cursor" (twitchdev/issues#91). */
const REFUSED_TRIES = 2;

/** It is the default of Helix, and more recordings than a channel makes between two questions. */
const VIDEOS = '20';

/** Creates a client of Helix. Its callers share one rate limit. */
export function createHelix(options: HelixOptions): Helix {
  const { clientId, readAccessToken, refreshNow, onPoints, log, now = Date.now } = options;
  const wait = options.wait ?? ((ms, signal) => delay(ms, undefined, signal === undefined ? {} : { signal }));
  const http = createHttp(options.apiUrl);
  const points = new Points(now);

  /** Sends one request. Returns a page, or the status of an error. @throws TwitchError `unavailable` for an unreadable answer */
  async function askOnce<T>({ path, params, read }: Question<T>): Promise<{ page: T } | { status: number }> {
    const headers = { 'client-id': clientId, authorization: `Bearer ${await readAccessToken()}` };
    points.take();
    const answer = await ask(http, path, { searchParams: params, headers });
    if (answer.status === 429) points.exhausted(answer.headers);
    else points.answered(answer.headers);
    if (points.left !== undefined) onPoints?.(points.left);
    if (answer.status !== 200) return { status: answer.status };
    const page = read(jsonOf(path, answer));
    if (page === undefined)
      throw failure(path, `Helix answered GET /${path} without a list of ${path}.`, 'unavailable', 200);
    return { page };
  }

  async function pageFor<T>(question: Question<T>, signal: AbortSignal | undefined): Promise<T> {
    const { path, refusals } = question;
    let refreshed = false;
    const seen = { failed: 0, limited: 0, refused: 0 };
    for (;;) {
      for (let ms = points.waitMs(); ms > 0; ms = points.waitMs()) {
        log.info('waiting for the rate limit of Helix', { waitMs: ms });
        await wait(ms, signal);
      }
      signal?.throwIfAborted();

      let status: number;
      try {
        const answer = await askOnce(question);
        if ('page' in answer) return answer.page;
        status = answer.status;
      } catch (error) {
        if (!(error instanceof TwitchError) || error.kind !== 'unavailable' || ++seen.failed >= TRIES) throw error;
        await wait(pauseMs(seen.failed), signal);
        continue;
      }

      if (status === 401) {
        if (refreshed)
          throw failure(path, 'Helix refused the access token (401), and a new one too.', 'unauthorized', 401);
        refreshed = true;
        await refreshNow();
      } else if (status === 429) {
        if (++seen.limited >= LIMITED_TRIES)
          throw failure(path, `Helix answered 429 (rate limit) ${seen.limited} times.`, 'unavailable', status);
      } else if (refusals.includes(status)) {
        if (++seen.refused >= REFUSED_TRIES)
          throw failure(path, `Helix refused the request (${status}).`, 'refused', status);
        await wait(pauseMs(1), signal);
      } else {
        if (++seen.failed >= TRIES)
          throw failure(path, `Helix answered ${status} ${TRIES} times.`, 'unavailable', status);
        log.warn('Helix answered with an error', { path, status, attempt: seen.failed });
        await wait(pauseMs(seen.failed), signal);
      }
    }
  }

  return {
    getStreams: (query, signal) =>
      pageFor({ path: 'streams', params: toSearchParams(query), read: streamsPageOf, refusals: [400] }, signal),
    getVideos(channelId, signal) {
      const params = new URLSearchParams({ user_id: channelId, type: 'archive', first: VIDEOS });
      const read = (body: unknown): VideosPage | undefined => videosPageOf(body, channelId, now());
      return pageFor({ path: 'videos', params, read, refusals: [400, 404, 410] }, signal);
    },
  };
}

function failure(path: string, message: string, kind: TwitchError['kind'], status: number): TwitchError {
  return new TwitchError(message, kind, { path, status });
}

/** 0.5 s, then twice as long each time. */
function pauseMs(attempt: number): number {
  return 250 * 2 ** attempt;
}

function toSearchParams(query: StreamsQuery): URLSearchParams {
  const params = new URLSearchParams({ first: String(query.first ?? 100), type: 'live' });
  for (const id of query.userIds ?? []) params.append('user_id', id);
  for (const login of query.userLogins ?? []) params.append('user_login', login);
  for (const id of query.gameIds ?? []) params.append('game_id', id);
  for (const language of query.languages ?? []) params.append('language', language);
  if (query.after !== undefined) params.set('after', query.after);
  return params;
}
