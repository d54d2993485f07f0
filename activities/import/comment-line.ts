import { createHash } from 'node:crypto';
import { readComment } from './comment.external.ts';
import type { ExternalComment, ExternalStreamer, ExternalVideo } from './comment.external.ts';
import type { ReadLine, TimeRange } from './raw-line.ts';

/** What a file says about all of its comments. */
export interface VideoChat {
  streamer: ExternalStreamer;
  video: ExternalVideo;
}

/** The limit of the collector; longer lines are not chat. */
const MAX_LINE_BYTES = 64 * 1024;
const LOGIN = /^\w{1,25}$/;
const FLAGS = { subscriber: ['subscriber', 'founder'], mod: ['moderator'], vip: ['vip'], turbo: ['turbo'] } as const;
const ACTION = '\x01';
const ESCAPES: Readonly<Record<string, string>> = { ';': '\\:', ' ': '\\s', '\\': '\\\\', '\r': '\\r', '\n': '\\n' };

/**
 * The PRIVMSG of a comment, with the tags that the file knows. The id of a comment is the id of its message, so a message that was also collected
 * live stays one row.
 */
export function commentLine(json: string | undefined, chat: VideoChat, times: TimeRange): ReadLine {
  const comment = json === undefined ? undefined : readComment(json);
  if (comment === undefined) return { problem: 'it is no comment in JSON' };
  const { commenter, message } = comment;
  const login = commenter.name?.toLowerCase() ?? '';
  if (!LOGIN.test(login)) return { problem: 'it names no commenter' };
  const body = message.body ?? message.fragments.map(({ text = '' }) => text).join('');
  if (body === '') return { problem: 'it has no text' };
  const timeMs = timeOf(comment, chat, times);
  if (timeMs === undefined) return { problem: 'it has no time' };
  const roomId = comment.channel_id || chat.streamer.id;
  const channel = [chat.streamer.login, chat.streamer.name].find((name) => LOGIN.test(name ?? ''))?.toLowerCase();
  const key = roomId ?? channel;
  if (key === undefined) return { problem: 'it names no channel' };

  // A line has one line end, and Twitch allows no NUL.
  const text = body.replaceAll(/[\0\r\n]/g, ' ');
  const spoken = message.is_action ? `${ACTION}ACTION ${text}${ACTION}` : text;
  const rest = `:${login}!${login}@${login}.tmi.twitch.tv PRIVMSG #${channel ?? ''} :${spoken}`;
  const tags = tagsOf(comment, { roomId, timeMs });
  const id =
    comment._id ||
    `chatlake-${createHash('sha256')
      .update(`${tagText(tags)} ${rest}`)
      .digest('hex')
      .slice(0, 32)}`;
  const line = Buffer.from(`@${tagText([...tags, ['id', id]])} ${rest}`);
  if (line.length > MAX_LINE_BYTES) return { problem: 'it is too long for a message' };
  return { line: { key, line, receivedAtMs: timeMs, isMessage: true } };
}

type Tag = readonly [name: string, value: string];

function tagsOf(
  { commenter, message }: ExternalComment,
  { roomId, timeMs }: { roomId: string | undefined; timeMs: number },
): Tag[] {
  const badges = message.user_badges.flatMap(({ _id, version }) =>
    _id ? [{ set: _id, version: version ?? '1' }] : [],
  );
  const sets = new Set(badges.map(({ set }) => set));
  const flags = Object.entries(FLAGS).map(([name, of]): Tag => [name, of.some((set) => sets.has(set)) ? '1' : '0']);
  const bits = Math.floor(message.bits_spent ?? 0);
  const tags: (Tag | undefined)[] = [
    ['badges', badges.map(({ set, version }) => `${set}/${version}`).join(',')],
    bits > 0 ? ['bits', String(bits)] : undefined,
    ['color', message.user_color ?? ''],
    ['display-name', commenter.display_name ?? ''],
    ['emotes', emotesOf(message)],
    ...flags.filter(([name, value]) => name !== 'vip' || value === '1'),
    message.user_notice_params.msg_id ? ['msg-id', message.user_notice_params.msg_id] : undefined,
    ['room-id', roomId ?? ''],
    ['tmi-sent-ts', String(timeMs)],
    ['user-id', commenter._id ?? ''],
  ];
  return tags.filter((tag) => tag !== undefined);
}

const tagText = (tags: readonly Tag[]): string =>
  tags.map(([name, value]) => `${name}=${value.replaceAll(/[;\\ \r\n]/g, (it) => ESCAPES[it] ?? it)}`).join(';');

/**
 * `25:0-4,12-16/1902:6-10`, counted in code points, as Twitch does. The file has positions too, but they count in other units and are off by one,
 * so the fragments tell.
 */
function emotesOf({ fragments }: ExternalComment['message']): string {
  const places = new Map<string, string[]>();
  let at = 0;
  for (const { text = '', emoticon } of fragments) {
    const length = Array.from(text).length;
    const id = emoticon.emoticon_id ?? '';
    if (/^\w+$/.test(id) && length > 0) places.set(id, [...(places.get(id) ?? []), `${at}-${at + length - 1}`]);
    at += length;
  }
  return [...places].map(([id, ranges]) => `${id}:${ranges.join(',')}`).join('/');
}

/** `created_at`, or the begin of the video and the offset in it. */
function timeOf(comment: ExternalComment, { video }: VideoChat, { fromMs, toMs }: TimeRange): number | undefined {
  const offsetMs = (comment.content_offset_seconds ?? NaN) * 1_000;
  const times = [Date.parse(comment.created_at ?? ''), Math.round(Date.parse(video.created_at ?? '') + offsetMs)];
  return times.find((timeMs) => timeMs >= fromMs && timeMs <= toMs);
}
