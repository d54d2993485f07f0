import type { StreamExternal, StreamsPage } from '../../../activities/twitch/stream.external.ts';

/** A stream as Helix sends it, with the given fields. */
export function externalStream(fields: Record<string, unknown> = {}): StreamExternal {
  return {
    id: '41',
    user_id: '7',
    user_login: 'haneul',
    user_name: '하늘',
    game_id: '509658',
    game_name: 'Just Chatting',
    type: 'live',
    title: '<b>안녕</b>',
    tags: ['한국어'],
    viewer_count: 120,
    started_at: '2026-11-25T12:00:00Z',
    language: 'ko',
    thumbnail_url: 'https://example.test/{width}x{height}.jpg',
    tag_ids: [],
    is_mature: false,
    ...fields,
  };
}

export function streamsPage(streams: StreamExternal[], cursor?: string): StreamsPage {
  return { streams, unusable: 0, cursor };
}
