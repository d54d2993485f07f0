/** A recording as Helix sends it, with the given fields. */
export function externalVideo(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: '2631274312',
    stream_id: '317019385687',
    user_id: '7',
    user_login: 'haneul',
    user_name: '하늘',
    title: '<b>안녕</b>',
    description: '',
    created_at: '2026-11-25T12:00:04Z',
    published_at: '2026-11-25T12:00:04Z',
    url: 'https://www.twitch.tv/videos/2631274312',
    thumbnail_url: '',
    viewable: 'public',
    view_count: 17,
    language: 'ko',
    type: 'archive',
    duration: '3h21m33s',
    muted_segments: null,
    ...fields,
  };
}
