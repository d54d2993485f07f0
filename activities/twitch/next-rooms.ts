import { withLeft } from './live-list.ts';
import type { LeftRoom, ListedStream, LiveList } from './live-list.ts';
import { assignAccounts } from './room-plan.ts';
import type { RoomPlan } from './room-plan.ts';
import { chooseRooms, reasonToMakeRoom } from './room-ranking.ts';
import type { Candidate } from './room-ranking.ts';
import type { LiveStream } from './stream.external.ts';
import type { StreamPollSettings } from './stream-poll-settings.ts';

/** The result of a poll. */
export interface PollOutcome {
  polledAt: Date;
  settings: StreamPollSettings;
  plan: RoomPlan;
  /** Live streams from the sweep and from direct questions, one per channel. Includes all that hold a room or are listed. */
  live: readonly LiveStream[];
  /** Channels with a room that are not live, according to a direct question. */
  endedChannelIds: ReadonlySet<string>;
  /** Whether the sweep was complete. A stream that is missing from an incomplete sweep does not count as missed. */
  isComplete: boolean;
}

type Room = ListedStream & Candidate;

/** A stream has ended after so many complete sweeps without it, if Helix could not be asked about it directly. */
const MISSES_TO_END = 2;

/** Longer than any name of a category. Temporal's search attributes have 255 characters at most. */
const LONGEST_CATEGORY = 200;

/** The live list after a poll: the new rooms, and the reason for each room that is left. */
export function nextRooms(previous: Pick<LiveList, 'streams' | 'left'>, outcome: PollOutcome): LiveList {
  const { polledAt, settings, plan, endedChannelIds, isComplete } = outcome;
  const held = new Map(previous.streams.map((stream) => [stream.channelId, stream]));
  const isHeld = (channelId: string): boolean => held.has(channelId);
  const listed = new Set(settings.channels);
  const leftAt = polledAt.toISOString();
  const left: LeftRoom[] = [];
  const leave = (channelId: string, reason: string): void => void left.push({ channelId, reason, leftAt });

  const found = new Set(outcome.live.map(({ channelId }) => channelId));
  const live: Room[] = [];
  for (const stream of outcome.live) {
    const { streamId, channelId } = stream;
    const before = held.get(channelId);
    // Helix sometimes omits these fields: use the previous values.
    const channelLogin = stream.channelLogin ?? before?.channelLogin;
    const viewerCount = stream.viewerCount ?? before?.viewerCount ?? 0;
    if (channelLogin === undefined) continue;
    if (before !== undefined && !isAskedFor({ ...stream, channelLogin }, settings, listed))
      leave(channelId, 'no longer asked for');
    else
      live.push({
        ...{ streamId, channelId, channelLogin, viewerCount, missedSweeps: 0, listed: listed.has(channelLogin) },
        ...(before?.account === undefined ? {} : { account: before.account }),
        ...describedBy(stream, before),
      });
    if (before !== undefined && before.channelLogin !== channelLogin)
      leave(channelId, `renamed from ${before.channelLogin} to ${channelLogin}`);
  }
  for (const stream of previous.streams) {
    const { channelId } = stream;
    if (found.has(channelId)) continue;
    const missedSweeps = stream.missedSweeps + (isComplete ? 1 : 0);
    if (endedChannelIds.has(channelId)) leave(channelId, 'the stream ended');
    else if (missedSweeps >= MISSES_TO_END) leave(channelId, 'the stream was missing from two polls');
    else live.push({ ...stream, missedSweeps, listed: listed.has(stream.channelLogin) });
  }

  const owners = ownersOf(live, held);
  for (const room of live) {
    if (isHeld(room.channelId) && !owners.includes(room)) leave(room.channelId, 'its login belongs to another channel');
  }
  const chosen = chooseRooms(owners, isHeld, plan.rooms);
  const chosenIds = new Set(chosen.map(({ channelId }) => channelId));
  for (const room of owners) {
    if (isHeld(room.channelId) && !chosenIds.has(room.channelId))
      leave(room.channelId, reasonToMakeRoom(room, chosen, isHeld));
  }
  const streams = chosen.map(({ listed: _listed, ...stream }) => stream);
  const withoutPlace = owners.filter((it) => it.listed && !chosenIds.has(it.channelId)).map((it) => it.channelLogin);
  const isLive = new Set(live.map(({ channelLogin }) => channelLogin));
  const notLive = isComplete ? settings.channels.filter((login) => !isLive.has(login)) : [];
  const { accounts, rooms: places, more, notes } = plan;
  return {
    polledAt: leftAt,
    streams: assignAccounts(streams, plan.accounts),
    left: withLeft(previous.left, left),
    choice: { accounts, places, more, notes, notLive, withoutPlace },
  };
}

/** Helix sometimes omits these, too. A stream that has no category any more keeps the last one. */
function describedBy(stream: LiveStream, before: ListedStream | undefined): Pick<Room, 'language' | 'category'> {
  const language = stream.language ?? before?.language;
  const category = stream.category ?? before?.category;
  return {
    ...(language === undefined ? {} : { language }),
    ...(category === undefined ? {} : { category: category.slice(0, LONGEST_CATEGORY) }),
  };
}

/**
 * One channel per login. A login may move to another channel. The room goes to the channel that was seen in this poll, and among those to the
 * one that did not have the login before.
 */
function ownersOf(live: readonly Room[], held: ReadonlyMap<string, ListedStream>): Room[] {
  const isNewer = (room: Room): boolean => held.get(room.channelId)?.channelLogin !== room.channelLogin;
  const owners = new Map<string, Room>();
  for (const room of live) {
    const other = owners.get(room.channelLogin);
    const wins =
      other === undefined ||
      (room.missedSweeps === other.missedSweeps ? isNewer(room) && !isNewer(other) : room.missedSweeps === 0);
    if (wins) owners.set(room.channelLogin, room);
  }
  return [...owners.values()];
}

/**
 * Whether the settings still select a stream with a room. With `top`, all streams compete for rooms. A stream without a language counts as one
 * of a listed language, because every stream has one.
 */
function isAskedFor(stream: LiveStream, settings: StreamPollSettings, listed: ReadonlySet<string>): boolean {
  if (settings.top !== 0) return true;
  return (
    (stream.channelLogin !== null && listed.has(stream.channelLogin)) ||
    (stream.language === null ? settings.languages.length > 0 : settings.languages.includes(stream.language)) ||
    (stream.gameId !== null && settings.games.includes(stream.gameId))
  );
}
