import type { Category } from './names.ts';
import type { ScenarioChannel } from './scenario.ts';
import type { LiveStream } from './world.ts';

/** One stream with all fields of Helix. */
export function streamShape({ id, channel, startedAtMs, viewers }: LiveStream): Record<string, unknown> {
  return {
    id,
    user_id: channel.id,
    user_login: channel.login,
    user_name: channel.displayName,
    game_id: channel.category.id,
    game_name: channel.category.name,
    type: 'live',
    title: channel.title,
    viewer_count: viewers,
    started_at: timeShape(startedAtMs),
    language: channel.language,
    thumbnail_url: `https://static.example.invalid/previews/live_user_${channel.login}-{width}x{height}.jpg`,
    tag_ids: [],
    tags: channel.tags,
    is_mature: channel.isMature,
  };
}

export function userShape(user: { id: string; login: string; displayName: string }): Record<string, unknown> {
  return {
    id: user.id,
    login: user.login,
    display_name: user.displayName,
    type: '',
    broadcaster_type: 'partner',
    description: '',
    profile_image_url: `https://static.example.invalid/profiles/${user.login}-300x300.png`,
    offline_image_url: '',
    view_count: 0,
    created_at: '2016-05-04T03:02:01Z',
  };
}

export function gameShape(category: Category): Record<string, unknown> {
  return {
    id: category.id,
    name: category.name,
    box_art_url: `https://static.example.invalid/boxart/${category.id}-{width}x{height}.jpg`,
    igdb_id: category.igdbId,
  };
}

/** The recording of a channel's current stream. */
export function videoShape({ id, channel, startedAtMs }: LiveStream, nowMs: number): Record<string, unknown> {
  const seconds = Math.max(0, Math.floor((nowMs - startedAtMs) / 1000));
  return {
    id: videoId(channel),
    stream_id: id,
    user_id: channel.id,
    user_login: channel.login,
    user_name: channel.displayName,
    title: channel.title,
    description: '',
    created_at: timeShape(startedAtMs),
    published_at: timeShape(startedAtMs),
    url: `https://www.example.invalid/videos/${videoId(channel)}`,
    thumbnail_url: '',
    viewable: 'public',
    view_count: 17,
    language: channel.language,
    type: 'archive',
    duration: `${Math.floor(seconds / 60)}m${seconds % 60}s`,
    muted_segments: null,
  };
}

export function videoId(channel: ScenarioChannel): string {
  return `2${channel.id}`;
}

/** RFC 3339 without fractional seconds. */
function timeShape(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
