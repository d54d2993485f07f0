import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { FaultQueue } from './faults.ts';
import type { OddStreams } from './odd-streams.ts';
import { gameShape, streamShape, userShape, videoId, videoShape } from './helix-shapes.ts';
import { CATEGORIES } from './names.ts';
import { all, BadRequest, one, pageOf, upTo100, writeCursor } from './queries.ts';
import type { Page, Query } from './queries.ts';
import type { RateLimit } from './rate-limit.ts';
import type { TokenBook } from './tokens.ts';
import type { LiveStream, Recording, World } from './world.ts';

const PHRASES: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

export interface HelixParts {
  world: World;
  tokens: TokenBook;
  rateLimit: RateLimit;
  faults: FaultQueue;
  odd: OddStreams;
  now: () => number;
}

/** The part of Helix that Chatlake uses, and `/videos`: `/streams`, `/users`, `/games`, with Twitch's limits and error format. */
export function helixRoutes(parts: HelixParts) {
  let lastPages = 0;
  let chained = 0;

  /** The last page has an empty `pagination`, no such key, or null, in turn. */
  function paged(page: Page<unknown>): Record<string, unknown> {
    if (page.cursor !== undefined) return { data: page.data, pagination: { cursor: page.cursor } };
    lastPages += 1;
    return { data: page.data, ...[{}, { pagination: {} }, { pagination: null }][lastPages % 3] };
  }

  return async function register(app: FastifyInstance): Promise<void> {
    app.addHook('onRequest', async (request, reply) => guard(parts, request, reply));
    app.setErrorHandler((error, _request, reply) => {
      const message = error instanceof Error ? error.message : String(error);
      return refuse(reply, error instanceof BadRequest ? 400 : 500, message);
    });

    app.get('/streams', async (request) => {
      const fault = request.fault;
      if (fault === 'empty-page') return { data: [], pagination: {} };
      if (fault === 'data-null') return { data: null, pagination: null };
      const asked = request.query as Query;
      // A chain returns the first page again, whatever the cursor.
      const query = fault === 'cursor-chain' ? { ...asked, after: undefined } : asked;
      const found = pageOf(filterStreams(parts.world, query), query);
      const entries = found.data.flatMap((stream) => parts.odd.apply(stream.channel.id, streamShape(stream)));
      const page = { ...found, data: entries };
      if (fault === 'cursor-loop') {
        const loop = one(query, 'after') ?? writeCursor({ from: 0, to: found.data.length });
        return { data: page.data, pagination: { cursor: loop } };
      }
      if (fault === 'cursor-chain') {
        chained += 1;
        return { data: page.data, pagination: { cursor: writeCursor({ from: 0, to: found.data.length, chained }) } };
      }
      return paged(page);
    });

    app.get('/users', async (request) => {
      const query = request.query as Query;
      const asked = new Set(upTo100(query, 'id', 'login'));
      const own = parts.tokens.look(bearer(request))?.user;
      if (asked.size === 0 && own === undefined) {
        throw new BadRequest('The request must name an "id" or a "login", or come with a user access token.');
      }
      const self = own === undefined ? [] : [{ ...own, displayName: own.login }];
      if (asked.size === 0) return { data: self.map(userShape) };
      const users = [...parts.world.scenario.channels, ...self];
      return { data: users.filter(({ id, login }) => asked.has(id) || asked.has(login)).map(userShape) };
    });

    app.get('/games', async (request) => {
      const asked = new Set(upTo100(request.query as Query, 'id', 'name', 'igdb_id'));
      if (asked.size === 0) throw new BadRequest('The request must name an "id", a "name" or an "igdb_id".');
      const found = CATEGORIES.filter(({ id, name, igdbId }) => asked.has(id) || asked.has(name) || asked.has(igdbId));
      return { data: found.map(gameShape) };
    });

    app.get('/videos', async (request) => {
      if (request.fault === 'empty-page') return { data: [], pagination: {} };
      if (request.fault === 'data-null') return { data: null, pagination: null };
      const query = request.query as Query;
      return paged(pageOf(recordingsOf(parts.world, query).map(videoShape), query));
    });
  };
}

function filterStreams(world: World, query: Query): readonly LiveStream[] {
  const type = one(query, 'type') ?? 'all';
  if (type !== 'all' && type !== 'live')
    throw new BadRequest('The parameter "type" was malformed: use "all" or "live".');
  const ids = new Set(upTo100(query, 'user_id'));
  const logins = new Set(upTo100(query, 'user_login').map((login) => login.toLowerCase()));
  if ([...logins].some((login) => world.gone.has(login)))
    throw new BadRequest('The parameter "user_login" was malformed.');
  const games = new Set(upTo100(query, 'game_id'));
  const languages = new Set(upTo100(query, 'language'));
  for (const language of languages) {
    if (!/^([a-z]{2}|zh-hk|asl|other)$/.test(language)) throw new BadRequest('The parameter "language" was malformed.');
  }
  const anyUser = ids.size + logins.size === 0;
  if (anyUser && games.size + languages.size === 0) return world.streams();
  return world
    .streams()
    .filter(({ channel }) => anyUser || ids.has(channel.id) || logins.has(channel.login))
    .filter(({ channel }) => games.size === 0 || games.has(channel.category.id))
    .filter(({ channel }) => languages.size === 0 || languages.has(channel.language));
}

/** The newest first. @throws BadRequest unless one of the three filters is given */
function recordingsOf(world: World, query: Query): Recording[] {
  const ids = new Set(upTo100(query, 'id'));
  const [userId, gameId] = [one(query, 'user_id'), one(query, 'game_id')];
  if ([ids.size > 0, userId !== undefined, gameId !== undefined].filter(Boolean).length !== 1)
    throw new BadRequest('The request must name an "id", a "user_id" or a "game_id".');
  const type = one(query, 'type') ?? 'all';
  if (!['all', 'archive', 'highlight', 'upload'].includes(type))
    throw new BadRequest('The parameter "type" was malformed.');
  if (type === 'highlight' || type === 'upload') return [];
  return world.scenario.channels
    .filter(
      ({ id, category }) => (userId === undefined || id === userId) && (gameId === undefined || category.id === gameId),
    )
    .flatMap((channel) => world.recordings(channel))
    .filter(({ streamId }) => ids.size === 0 || ids.has(videoId(streamId)))
    .toSorted((a, b) => b.beganAtMs - a.beganAtMs);
}

/** Checks before every answer: the queued fault, the token, the client id and the rate limit. */
async function guard(parts: HelixParts, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const token = bearer(request);
  const clientId = all(request.headers, 'client-id')[0];
  if (clientId === undefined) return refuse(reply, 401, 'Missing Client ID or OAuth token');
  if (token === '') return refuse(reply, 401, 'OAuth token is missing');
  if (parts.tokens.look(token) === undefined) return refuse(reply, 401, 'Invalid OAuth token');
  if (clientId !== parts.tokens.clientId) return refuse(reply, 401, 'Client ID and OAuth token do not match');

  const state = parts.rateLimit.take(token);
  const fault = parts.faults.take(one(request.query as Query, 'after') !== undefined);
  const limited = !state.allowed || fault === '429';
  const stormUntilMs = parts.faults.stormUntilMs ?? parts.now() + 1_000;
  const resetAtSeconds = fault === '429' ? Math.ceil(stormUntilMs / 1000) : state.resetAtSeconds;
  void reply.headers({
    'ratelimit-limit': state.limit,
    'ratelimit-remaining': limited ? 0 : state.remaining,
    'ratelimit-reset': resetAtSeconds,
  });
  if (limited) return refuse(reply, 429, 'You have exceeded your request limit for this endpoint.');
  if (fault === '401') return refuse(reply, 401, 'Invalid OAuth token');
  if (fault === '500') return refuse(reply, 500, '');
  if (fault === '503') return refuse(reply, 503, '');
  if (fault === 'invalid-cursor')
    return refuse(reply, 400, 'The parameter "after" was malformed: the value is not a valid cursor.');
  request.fault = fault;
}

function bearer(request: FastifyRequest): string {
  return /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
}

function refuse(reply: FastifyReply, status: number, message: string): void {
  void reply.code(status).send({ error: PHRASES[status] ?? 'Error', status, message });
}
