import type { ListedStream, LiveList } from '../activities/twitch/live-list.ts';
import type { ChannelChatStatus } from '../workflows/channel-chat.ts';
import type { Chats } from './chats.ts';

/** What is known of a channel that is listed in the settings, or that has a room. Times are ISO. */
export interface ChannelRow {
  channel: string;
  channelId: string | null;
  /** Whether the settings name it. */
  listed: boolean;
  viewers: number | null;
  /** That reads its chat; null for anonymous reading, and without a room. */
  account: string | null;
  /** That of the room, as in the page of its chat, or one of {@link WITHOUT_ROOM}. */
  state: string;
  /** Why it is not heard, for people; null if the state says it. */
  reason: string | null;
  /** When the poll gave it a room. */
  wantedSince: string | null;
  /** Since when it has its state: of a channel that is heard, since when it is heard. */
  since: string | null;
  messagesPerMinute: number | null;
  /** The last time in which no collector heard it; `until` is null while it lasts. */
  lastGap: { from: string; until: string | null; state: string } | null;
  /** How many collectors should hear it, and how many do. */
  collectors: number;
  listening: number;
}

/** The states of channels without a room. */
const WITHOUT_ROOM = {
  notLive: 'not live',
  noPlace: 'no room is free',
  unknown: 'unknown to Twitch',
  notPolled: 'not polled yet',
  /** The list is of an earlier release, or its poll was not complete. */
  either: 'not live, or no room is free',
} as const;

export interface Known {
  /** Of the settings. */
  channels: readonly string[];
  list: Pick<LiveList, 'streams' | 'choice'> | undefined;
  /** Logins that Helix refuses. */
  refused: ReadonlySet<string>;
  answers: Chats;
}

/** Channels with a room first, those with the most viewers before the others; then the listed ones that have none, in the order of the list. */
export function channelRows({ channels, list, refused, answers }: Known): ChannelRow[] {
  const listed = new Set(channels);
  const live = [...(list?.streams ?? [])].sort((a, b) => b.viewerCount - a.viewerCount);
  const withRoom = new Set(live.map(({ channelLogin }) => channelLogin));
  return [
    ...live.map((stream) => ({ ...withRoomOf(stream, answers), listed: listed.has(stream.channelLogin) })),
    ...channels.filter((channel) => !withRoom.has(channel)).map((channel) => withoutRoom(channel, list, refused)),
  ];
}

const NOTHING = {
  ...{ channelId: null, viewers: null, account: null, reason: null, wantedSince: null, since: null },
  ...{ messagesPerMinute: null, lastGap: null, collectors: 0, listening: 0 },
};

function withoutRoom(channel: string, list: Known['list'], refused: ReadonlySet<string>): ChannelRow {
  const row = { ...NOTHING, channel, listed: true };
  if (refused.has(channel)) return { ...row, state: WITHOUT_ROOM.unknown, reason: 'asked again daily' };
  if (list === undefined) return { ...row, state: WITHOUT_ROOM.notPolled };
  const { choice } = list;
  if (choice === undefined) return { ...row, state: WITHOUT_ROOM.either };
  if (choice.withoutPlace.includes(channel))
    return { ...row, state: WITHOUT_ROOM.noPlace, reason: `all ${choice.places} are taken` };
  if (choice.notLive.includes(channel)) return { ...row, state: WITHOUT_ROOM.notLive };
  return { ...row, state: WITHOUT_ROOM.notPolled };
}

function withRoomOf(stream: ListedStream, { chats, isUnanswered }: Chats): Omit<ChannelRow, 'listed'> {
  const { channelId, channelLogin, viewerCount, account = null } = stream;
  const row = { ...NOTHING, channel: channelLogin, channelId, viewers: viewerCount, account };
  const chat = chats.get(channelId);
  if (chat === undefined && isUnanswered) return { ...row, state: 'unknown', reason: 'its chat does not answer' };
  if (chat === undefined) return { ...row, state: 'not started' };
  const { status, messagesPerMinute } = chat;
  const { collectors, wantedSince } = status;
  const listening = collectors.filter(({ state }) => state === 'listening');
  const [best] = listening.length > 0 ? [...listening].sort((a, b) => (a.since < b.since ? -1 : 1)) : collectors;
  return {
    ...row,
    account: best?.account || account,
    state: best?.state ?? 'no collector',
    reason: listening.length > 0 ? null : (best?.lastError ?? null),
    ...{ wantedSince, since: best?.since ?? null, messagesPerMinute, lastGap: commonGap(collectors) },
    ...{ collectors: collectors.length, listening: listening.length },
  };
}

/** The part of their last gaps that all collectors share: what one of them heard is no gap. */
function commonGap(collectors: ChannelChatStatus['collectors']): ChannelRow['lastGap'] {
  const gaps = collectors.map(({ lastGap }) => lastGap ?? null);
  const [first] = gaps;
  if (!first || gaps.includes(null)) return null;
  const from = gaps.reduce((latest, gap) => (gap && gap.from > latest ? gap.from : latest), first.from);
  const ends = gaps.flatMap((gap) => (gap?.until ? [gap.until] : []));
  const until = ends.length === 0 ? null : ends.reduce((earliest, end) => (end < earliest ? end : earliest));
  return until !== null && until <= from ? null : { from, until, state: first.state };
}
