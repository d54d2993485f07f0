import { LOGIN } from '../../workflows/login.ts';
import { idOf, isObject, pageOf, textOf } from './page.external.ts';

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

/** The streams and the cursor of an answer; undefined if it is no page. */
export function streamsPageOf(body: unknown): StreamsPage | undefined {
  const page = pageOf(body);
  if (page === undefined) return undefined;
  const streams = page.entries.map(streamOf).filter((stream) => stream !== undefined);
  return { streams, unusable: page.entries.length - streams.length, cursor: page.cursor };
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

function streamOf(entry: unknown): StreamExternal | undefined {
  if (!isObject(entry)) return undefined;
  const [id, userId, type] = [idOf(entry['id']), idOf(entry['user_id']), entry['type']];
  if (id === undefined || userId === undefined || typeof type !== 'string') return undefined;
  return { ...entry, id, user_id: userId, type };
}
