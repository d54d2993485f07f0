import { LOGIN } from '../../workflows/login.ts';

/**
 * One stream as `GET /streams` sends it (Twitch API reference, "Get Streams"), spelt as Helix spells it. Only `id`, `user_id` and `type` can be
 * relied on: Twitch promises neither the other fields nor their types ("ignore unknown fields", API Concepts), and streams without a title,
 * a login or a known number of viewers have been seen in public reports.
 */
export interface StreamExternal {
  id: string;
  user_id: string;
  type: string;
  [field: string]: unknown;
}

/** One page of streams, as far as it can be used. */
export interface StreamsPage {
  streams: StreamExternal[];
  /** Entries without an id, a user or a type: nobody could say what they are. A list that was left out counts as one. */
  unusable: number;
  /** Undefined on the last page. */
  cursor: string | undefined;
}

/** A live stream in our words: what choosing a room needs. */
export interface LiveStream {
  streamId: string;
  channelId: string;
  /** Null where Helix sent none, or one that no channel can have: such a stream is kept in red, and has no room. */
  channelLogin: string | null;
  /** Null where Helix sent no number that can be. */
  viewerCount: number | null;
  language: string | null;
  gameId: string | null;
}

/** No stream has had ten million viewers at once so far. A number far beyond that is none: by it any stream would be the largest of all. */
const MAX_VIEWERS = 100_000_000;

/**
 * The streams and the cursor of an answer, whatever else is in it. Undefined where something else stands in the place of the list, and for an
 * error in Helix's form (`{ error, status, message }`), whatever status of HTTP it came with.
 */
export function streamsPageOf(body: unknown): StreamsPage | undefined {
  if (!isObject(body)) return undefined;
  const isError = ['error', 'status', 'message'].some((name) => name in body);
  const data = body['data'] ?? (isError ? undefined : [undefined]);
  if (!Array.isArray(data)) return undefined;
  const streams = data.map(streamOf).filter((stream) => stream !== undefined);
  return { streams, unusable: data.length - streams.length, cursor: cursorOf(body['pagination']) };
}

export function toLiveStream(external: StreamExternal): LiveStream {
  const login = textOf(external['user_login'])?.toLowerCase() ?? '';
  return {
    streamId: external.id,
    channelId: external.user_id,
    channelLogin: LOGIN.test(login) ? login : null,
    viewerCount: viewersOf(external['viewer_count']),
    language: textOf(external['language']),
    gameId: textOf(external['game_id']),
  };
}

/** A whole number of viewers that can be true, else null. */
export function viewersOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_VIEWERS ? value : null;
}

/** A text that is not empty, else null. Half a surrogate becomes U+FFFD: no file format keeps it. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value.toWellFormed() : null;
}

function streamOf(entry: unknown): StreamExternal | undefined {
  if (!isObject(entry)) return undefined;
  const [id, userId, type] = [idOf(entry['id']), idOf(entry['user_id']), entry['type']];
  if (id === undefined || userId === undefined || typeof type !== 'string') return undefined;
  return { ...entry, id, user_id: userId, type };
}

/** Ids are opaque texts without spaces; one that came as a whole number is taken as its digits. */
function idOf(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return String(value);
  return typeof value === 'string' && /^[\w-]{1,64}$/.test(value) ? value : undefined;
}

/** The last page comes with an empty `pagination`, with none, or with null in the place of either. */
function cursorOf(pagination: unknown): string | undefined {
  const cursor = isObject(pagination) ? pagination['cursor'] : undefined;
  return typeof cursor === 'string' && cursor !== '' ? cursor : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
