import { LOGIN } from '../../workflows/login.ts';

/**
 * A stream as `GET /streams` sends it (Twitch API reference, "Get Streams"), with Helix's names. Only `id`, `user_id` and `type` are
 * certain. Twitch does not promise the other fields or their types ("ignore unknown fields", API Concepts). Public reports show streams
 * without a title, a login or a valid number of viewers.
 */
export interface StreamExternal {
  id: string;
  user_id: string;
  type: string;
  [field: string]: unknown;
}

/** The usable parts of a page of streams. */
export interface StreamsPage {
  streams: StreamExternal[];
  /** Entries without an id, a user or a type. A missing list counts as one. */
  unusable: number;
  /** Undefined on the last page. */
  cursor: string | undefined;
}

/** The fields of a live stream that are needed to choose rooms. */
export interface LiveStream {
  streamId: string;
  channelId: string;
  /** Null if Helix sent none, or an invalid one. Such a stream is in red, but gets no room. */
  channelLogin: string | null;
  /** Null if Helix sent no valid number. */
  viewerCount: number | null;
  language: string | null;
  gameId: string | null;
  /** The name of the category. */
  category: string | null;
}

/** No stream has had ten million viewers so far. A much larger number is invalid: it would make the stream the largest of all. */
const MAX_VIEWERS = 100_000_000;

/**
 * The streams and the cursor of an answer. Undefined if the list has another type, or the answer is an error of Helix
 * (`{ error, status, message }`), whatever its HTTP status.
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
    category: textOf(external['game_name']),
  };
}

/** A valid number of viewers, else null. */
export function viewersOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_VIEWERS ? value : null;
}

/** A non-empty text, else null. Replaces lone surrogates by U+FFFD, because file formats cannot store them. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value.toWellFormed() : null;
}

function streamOf(entry: unknown): StreamExternal | undefined {
  if (!isObject(entry)) return undefined;
  const [id, userId, type] = [idOf(entry['id']), idOf(entry['user_id']), entry['type']];
  if (id === undefined || userId === undefined || typeof type !== 'string') return undefined;
  return { ...entry, id, user_id: userId, type };
}

/** Ids are opaque texts without spaces. A whole number is converted to its digits. */
function idOf(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return String(value);
  return typeof value === 'string' && /^[\w-]{1,64}$/.test(value) ? value : undefined;
}

/** On the last page, `pagination` is empty, missing or null, or its cursor is null. */
function cursorOf(pagination: unknown): string | undefined {
  const cursor = isObject(pagination) ? pagination['cursor'] : undefined;
  return typeof cursor === 'string' && cursor !== '' ? cursor : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
