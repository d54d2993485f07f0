import { z } from 'zod';

/** One stream as `GET /streams` spells it (Twitch API reference, "Get Streams"). Unknown fields are kept: red keeps every field sent. */
export const streamExternal = z.looseObject({
  id: z.string().min(1),
  user_id: z.string().min(1),
  user_login: z.string().min(1),
  user_name: z.string(),
  game_id: z.string(),
  game_name: z.string(),
  type: z.string(),
  title: z.string(),
  tags: z.array(z.string()).nullish(),
  viewer_count: z.number().int().nonnegative(),
  started_at: z.string(),
  language: z.string(),
  thumbnail_url: z.string(),
  tag_ids: z.array(z.string()).nullish(),
  is_mature: z.boolean(),
});
export type StreamExternal = z.infer<typeof streamExternal>;

/** The last page comes with an empty `pagination`, or with none. */
export const streamsPageExternal = z.object({
  data: z.array(streamExternal),
  pagination: z.object({ cursor: z.string().optional() }).optional(),
});
export type StreamsPageExternal = z.infer<typeof streamsPageExternal>;

/** A live stream in our words, as the live list holds it. */
export interface LiveStream {
  streamId: string;
  channelId: string;
  channelLogin: string;
  title: string;
  gameName: string;
  viewerCount: number;
  language: string;
  startedAt: string;
}

export function toLiveStream(external: StreamExternal): LiveStream {
  return {
    streamId: external.id,
    channelId: external.user_id,
    channelLogin: external.user_login,
    title: external.title,
    gameName: external.game_name,
    viewerCount: external.viewer_count,
    language: external.language,
    startedAt: external.started_at,
  };
}
