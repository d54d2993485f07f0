import type { Video } from '../../../activities/twitch/video.external.ts';

/** A recording with the given fields. */
export function video(fields: Partial<Video> = {}): Video {
  return {
    videoId: '11',
    streamId: '41',
    channelId: '7',
    channelLogin: 'haneul',
    beganAtMs: Date.parse('2026-11-25T12:00:04Z'),
    durationSeconds: 600,
    title: "it's <b>안녕</b>",
    ...fields,
  };
}
