import { LOGIN } from '../../workflows/login.ts';
import { idOf, isObject, pageOf, textOf } from './page.external.ts';

/** The recording of a broadcast. */
export interface Video {
  videoId: string;
  /** Null if Helix names none. Two videos may have the same: a long stream is recorded in parts. */
  streamId: string | null;
  channelId: string;
  channelLogin: string | null;
  /** When the recording began; the stream may have begun a little earlier. */
  beganAtMs: number;
  /** Of the recording so far, while the stream goes on. Null if Helix does not tell it. */
  durationSeconds: number | null;
  title: string | null;
}

/** What a page of `GET /videos` has of one channel. */
export interface VideosPage {
  /** Those that everyone can see. */
  videos: Video[];
  /** Entries that were left out because they tell no id, no time or another channel. A missing list counts as one. */
  unusable: number;
}

/** Twitch has opened in June 2011. */
const FIRST_MS = Date.UTC(2011, 5, 6);
/** The most that the clocks of two machines differ. */
const CLOCKS_DIFFER_MS = 24 * 3_600_000;
/** Twitch records up to two days. A much longer video is a mistake. */
const LONGEST_SECONDS = 7 * 24 * 3_600;
/** More than a page of Helix can have. */
const MOST_ENTRIES = 100;
/** Twitch's longest title has 140 characters. */
const MAX_LETTERS = 5_000;

/** The videos of an answer about the recordings of `channelId`; undefined if it is no page. */
export function videosPageOf(body: unknown, channelId: string, nowMs: number): VideosPage | undefined {
  const page = pageOf(body);
  if (page === undefined) return undefined;
  const wanted = page.entries.slice(0, MOST_ENTRIES).filter((entry) => !isObject(entry) || !isOfAnotherKind(entry));
  const videos = wanted.map((entry) => videoOf(entry, channelId, nowMs)).filter((video) => video !== undefined);
  return { videos, unusable: wanted.length - videos.length };
}

/** No recording, or one that only its channel can see. */
function isOfAnotherKind({ type, viewable }: Record<string, unknown>): boolean {
  return type === 'upload' || type === 'highlight' || viewable === 'private';
}

function videoOf(entry: unknown, channelId: string, nowMs: number): Video | undefined {
  if (!isObject(entry) || entry['type'] !== 'archive' || idOf(entry['user_id']) !== channelId) return undefined;
  const videoId = idOf(entry['id']);
  const beganAtMs = timeOf(entry['created_at']);
  // Links to a video have its number.
  if (videoId === undefined || !/^\d{1,20}$/.test(videoId) || beganAtMs === undefined) return undefined;
  if (beganAtMs < FIRST_MS || beganAtMs > nowMs + CLOCKS_DIFFER_MS) return undefined;
  const login = textOf(entry['user_login'])?.toLowerCase() ?? '';
  const title = textOf(entry['title']);
  return {
    videoId,
    streamId: streamIdOf(entry['stream_id']),
    channelId,
    channelLogin: LOGIN.test(login) ? login : null,
    beganAtMs,
    durationSeconds: durationOf(entry['duration']),
    title: title !== null && title.length <= MAX_LETTERS ? title : null,
  };
}

/** Videos that belong to no stream have had the id 1 (twitchdev/issues#399). */
function streamIdOf(value: unknown): string | null {
  const id = idOf(value);
  return id === undefined || id === '0' || id === '1' ? null : id;
}

/**
 * The seconds of a duration like `3h21m33s`, `5m0s` or `21s`. Null for anything else, and for 0: for some days Helix has told no length of new
 * videos (lay295/TwitchDownloader#1354).
 */
function durationOf(value: unknown): number | null {
  const parts = typeof value === 'string' ? /^(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?$/.exec(value) : null;
  if (parts === null) return null;
  const [hours = 0, minutes = 0, seconds = 0] = parts.slice(1).map((part) => Number(part ?? 0));
  const all = hours * 3_600 + minutes * 60 + seconds;
  return all > 0 && all <= LONGEST_SECONDS ? all : null;
}

/** Milliseconds since 1970 of a time in RFC 3339. */
function timeOf(value: unknown): number | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/.test(value))
    return undefined;
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? undefined : ms;
}
