import type { Category } from './names.ts';
import type { LiveStream, Recording } from './world.ts';

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

export function videoShape({ streamId, channel, beganAtMs, untilMs }: Recording): Record<string, unknown> {
  const id = videoId(streamId);
  return {
    id,
    stream_id: streamId,
    user_id: channel.id,
    user_login: channel.login,
    user_name: channel.displayName,
    title: channel.title,
    description: '',
    created_at: timeShape(beganAtMs),
    published_at: timeShape(beganAtMs),
    url: `https://www.example.invalid/videos/${id}`,
    thumbnail_url: '',
    viewable: 'public',
    view_count: 17,
    language: channel.language,
    type: 'archive',
    duration: durationShape(Math.max(0, Math.floor((untilMs - beganAtMs) / 1000))),
    muted_segments: null,
  };
}

export function videoId(streamId: string): string {
  return `2${streamId}`;
}

/** `3h21m33s`, without what is before the first part that is not 0. */
function durationShape(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const parts = [...(hours > 0 ? [`${hours}h`] : []), ...(hours + minutes > 0 ? [`${minutes}m`] : [])];
  return `${parts.join('')}${seconds % 60}s`;
}

/** RFC 3339 without fractional seconds. */
function timeShape(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
