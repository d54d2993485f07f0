import { z } from 'zod';

/** A text, or a number instead: ids are numbers in some files. */
const text = z
  .union([z.string(), z.number().transform(String)])
  .nullish()
  .catch(undefined)
  .transform((value) => value ?? undefined);
const number = z.number().optional().catch(undefined);
/** An object whose absence is like an object without fields. */
const part = <T extends z.ZodRawShape>(shape: T) => z.object(shape).catch(() => z.object(shape).parse({}));
/** Elements that are no objects are left out. */
const parts = <T extends z.ZodRawShape>(shape: T) =>
  z
    .array(z.object(shape).optional().catch(undefined))
    .catch([])
    .transform((all) => all.flatMap((it) => (it === undefined ? [] : [it])));

/**
 * A comment as TwitchDownloader writes it (TwitchDownloaderCore/TwitchObjects/ChatRoot.cs; ChatDownloader.cs fills it). A field may be missing, null
 * or of another type: then it is as if it were missing.
 */
const comment = z.object({
  _id: text,
  created_at: text,
  channel_id: text,
  content_offset_seconds: number,
  commenter: part({ display_name: text, _id: text, name: text }),
  message: part({
    body: text,
    bits_spent: number,
    fragments: parts({ text, emoticon: part({ emoticon_id: text }) }),
    is_action: z.boolean().catch(false),
    user_badges: parts({ _id: text, version: text }),
    user_color: text,
    user_notice_params: part({ msg_id: text }),
  }),
});

export type ExternalComment = z.infer<typeof comment>;

/** The rest of such a file. `login` came with later releases; `name` is a display name, which may be in Hangul. */
const streamer = part({ name: text, login: text, id: text });
const video = part({ created_at: text });

export type ExternalStreamer = z.infer<typeof streamer>;
export type ExternalVideo = z.infer<typeof video>;

/** @returns undefined if the text is no JSON object */
export function readComment(json: string): ExternalComment | undefined {
  try {
    return comment.safeParse(JSON.parse(json)).data;
  } catch {
    return undefined;
  }
}

export const readStreamer = (json: string): ExternalStreamer => streamer.parse(parsed(json));
export const readVideo = (json: string): ExternalVideo => video.parse(parsed(json));

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
