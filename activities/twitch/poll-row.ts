import { textOf } from './page.external.ts';
import { viewersOf } from './stream.external.ts';
import type { StreamExternal } from './stream.external.ts';

/**
 * A row of `red/streams`: the documented fields of a stream, null if Helix sent another type, and in `raw` the whole object as received.
 */
export interface PollRow {
  id: string;
  user_id: string;
  user_login: string | null;
  user_name: string | null;
  game_id: string | null;
  game_name: string | null;
  type: string;
  title: string | null;
  tags: string[] | null;
  viewer_count: number | null;
  started_at: string | null;
  language: string | null;
  thumbnail_url: string | null;
  tag_ids: string[] | null;
  is_mature: boolean | null;
  /** JSON. Null if it is nested too deeply to be written. */
  raw: string | null;
}

/** Twitch's longest text is a title of 140 characters. Texts that are longer than this are in `raw` only. */
const MAX_LETTERS = 5_000;

export function toPollRow(stream: StreamExternal): PollRow {
  const text = (name: string): string | null => {
    const value = textOf(stream[name]);
    return value !== null && value.length <= MAX_LETTERS ? value : null;
  };
  const mature = stream['is_mature'];
  return {
    id: stream.id,
    user_id: stream.user_id,
    user_login: text('user_login'),
    user_name: text('user_name'),
    game_id: text('game_id'),
    game_name: text('game_name'),
    type: stream.type.toWellFormed(),
    title: text('title'),
    tags: textsOf(stream['tags']),
    viewer_count: viewersOf(stream['viewer_count']),
    started_at: text('started_at'),
    language: text('language'),
    thumbnail_url: text('thumbnail_url'),
    tag_ids: textsOf(stream['tag_ids']),
    is_mature: typeof mature === 'boolean' ? mature : null,
    raw: wellFormedJson(stream),
  };
}

/** The texts in a list; null if it is not a list. */
function textsOf(value: unknown): string[] | null {
  if (!Array.isArray(value)) return null;
  return value.flatMap((entry) => {
    const text = textOf(entry);
    return text === null || text.length > MAX_LETTERS ? [] : [text];
  });
}

/** Replaces lone surrogates by U+FFFD: JSON writes them as escapes, which DuckDB and others refuse to read. */
function wellFormedJson(value: unknown): string | null {
  let json: string;
  try {
    json = JSON.stringify(value);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
  // Matches whole escapes, so the text `\\ud83d` (a backslash and five letters) stays unchanged.
  return json.replaceAll(/\\(?:u(d[89a-f][0-9a-f]{2})|.)/g, (escape, half) =>
    half === undefined ? escape : '\\ufffd',
  );
}
