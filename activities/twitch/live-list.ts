import { z } from 'zod';
import type { LiveStream } from './stream.external.ts';

const listedStream = z.object({
  streamId: z.string(),
  channelId: z.string(),
  channelLogin: z.string(),
  title: z.string(),
  gameName: z.string(),
  viewerCount: z.number(),
  language: z.string(),
  startedAt: z.string(),
  /** Sweeps in a row that did not show it. */
  missedSweeps: z.number().int(),
});
export type ListedStream = z.infer<typeof listedStream>;

/** `streams/live` in the parameter store. */
export const liveList = z.object({ polledAt: z.iso.datetime(), streams: z.array(listedStream) });
export type LiveList = z.infer<typeof liveList>;

export const LIVE_LIST_PATH = 'streams/live';

/** Sweeps that must miss a stream before it counts as ended: pages shift while they are read, so one miss means little. */
const MISSES_TO_END = 2;

/**
 * The live list after a sweep: what it found, and what it missed only once. `endedChannelIds` were asked for directly and are not live, so
 * they end at once.
 */
export function mergeSweep(
  previous: ListedStream[],
  found: LiveStream[],
  endedChannelIds: Set<string>,
): ListedStream[] {
  const foundChannels = new Set(found.map((stream) => stream.channelId));
  const missed = previous
    .filter((stream) => !foundChannels.has(stream.channelId) && !endedChannelIds.has(stream.channelId))
    .map((stream) => ({ ...stream, missedSweeps: stream.missedSweeps + 1 }))
    .filter((stream) => stream.missedSweeps < MISSES_TO_END);
  return [...found.map((stream) => ({ ...stream, missedSweeps: 0 })), ...missed];
}

/** The channels of the list that the sweep did not show: those worth a direct question. */
export function channelsToAsk(previous: ListedStream[], found: LiveStream[]): string[] {
  const foundChannels = new Set(found.map((stream) => stream.channelId));
  return previous.map((stream) => stream.channelId).filter((channelId) => !foundChannels.has(channelId));
}

/** The channels whose chat is listened to: those with the most viewers, the id deciding between equals, so that a rerun chooses alike. */
export function chooseRooms(streams: ListedStream[], limit: number): ListedStream[] {
  return [...streams]
    .sort((a, b) => b.viewerCount - a.viewerCount || (a.channelId < b.channelId ? -1 : 1))
    .slice(0, limit);
}
