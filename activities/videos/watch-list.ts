import { z } from 'zod';
import type { Parameters } from '../parameters/client.ts';
import { readableEntries } from '../parameters/readable-entries.ts';

/** A channel of which recordings are looked for. */
const watchedChannel = z.object({
  channelId: z.string().regex(/^[\w-]{1,64}$/),
  /** When Helix was last asked; missing if it never was. */
  askedAt: z.iso.datetime().optional(),
  /** When the poll's list did not have the channel any more; missing while it has. */
  endedAt: z.iso.datetime().optional(),
});
export type WatchedChannel = z.infer<typeof watchedChannel>;

/** `streams/videos`: the channels with a room, and those whose stream has ended since they were last asked for. */
const watchList = z.object({ channels: readableEntries(watchedChannel) }).catch({ channels: [] });
const WATCH_LIST_PATH = 'streams/videos';

/** A recording exists some minutes after the stream began, and grows with it. */
const ASK_AGAIN_MS = 30 * 60_000;
/** After the end the length of a recording is final. */
const AFTER_END_MS = 5 * 60_000;
/** A channel whose last question fails for so long is given up until it is live again. */
const GIVEN_UP_MS = 24 * 3_600_000;
/** Helix allows 800 requests a minute, and the poll comes first. */
const CHANNELS_AT_ONCE = 60;
/** The rooms of anonymous reading, and as many that have ended: about 3 of the 4 MiB of a parameter. */
const MOST_CHANNELS = 20_000;

export async function readWatchList(parameters: Parameters): Promise<{ value: WatchedChannel[]; etag?: string }> {
  const stored = await parameters.get<{ channels: WatchedChannel[] }>(WATCH_LIST_PATH, watchList);
  return stored === undefined ? { value: [] } : { value: stored.value.channels, etag: stored.etag };
}

/** @throws ParameterError `precondition` if another round has written the list */
export async function storeWatchList(
  parameters: Parameters,
  channels: readonly WatchedChannel[],
  etag: string | undefined,
): Promise<void> {
  await parameters.put(WATCH_LIST_PATH, { channels }, etag === undefined ? { ifAbsent: true } : { ifMatch: etag });
}

/** Adds the channels that are live now, and marks those that are not any more. */
export function watch(before: readonly WatchedChannel[], liveIds: readonly string[], nowMs: number): WatchedChannel[] {
  const live = new Set(liveIds);
  const known = new Map(before.map((channel) => [channel.channelId, channel]));
  const watched = [...live].map((channelId) => withoutEnd(known.get(channelId) ?? { channelId }));
  const ended = [...known.values()]
    .filter(({ channelId }) => !live.has(channelId))
    .map((channel) => ({ ...channel, endedAt: channel.endedAt ?? iso(nowMs) }))
    .filter(({ endedAt }) => Math.abs(nowMs - Date.parse(endedAt)) < GIVEN_UP_MS);
  return [...watched, ...ended].slice(0, MOST_CHANNELS);
}

/** The channels to ask for now, those that have waited longest first, and how many more are due. */
export function dueChannels(
  channels: readonly WatchedChannel[],
  nowMs: number,
): { due: WatchedChannel[]; waiting: number } {
  const isPast = (time: string | undefined, ms: number): boolean =>
    time === undefined || Math.abs(nowMs - Date.parse(time)) >= ms;
  const isDue = ({ askedAt, endedAt }: WatchedChannel): boolean =>
    endedAt === undefined || isAskedSince(askedAt, endedAt)
      ? isPast(askedAt, ASK_AGAIN_MS)
      : isPast(endedAt, AFTER_END_MS);
  const due = channels.filter(isDue).toSorted((a, b) => timeOf(a.askedAt) - timeOf(b.askedAt));
  return { due: due.slice(0, CHANNELS_AT_ONCE), waiting: Math.max(0, due.length - CHANNELS_AT_ONCE) };
}

/** Whether the last question was after the end. It has failed, or the channel would not be in the list any more. */
const isAskedSince = (askedAt: string | undefined, endedAt: string): boolean =>
  askedAt !== undefined && askedAt >= endedAt;

/**
 * The list after a round. A channel that has ended and was answered is done. One that was not answered is asked for again after the same time as
 * one that was, so that it does not keep others waiting.
 */
export function afterRound(
  channels: readonly WatchedChannel[],
  { answered, failed }: { answered: ReadonlySet<string>; failed: ReadonlySet<string> },
  nowMs: number,
): WatchedChannel[] {
  return channels
    .filter(({ channelId, endedAt }) => endedAt === undefined || !answered.has(channelId))
    .map((channel) =>
      answered.has(channel.channelId) || failed.has(channel.channelId) ? { ...channel, askedAt: iso(nowMs) } : channel,
    );
}

function withoutEnd({ channelId, askedAt }: WatchedChannel): WatchedChannel {
  return askedAt === undefined ? { channelId } : { channelId, askedAt };
}

const timeOf = (time: string | undefined): number => (time === undefined ? 0 : Date.parse(time));
const iso = (ms: number): string => new Date(ms).toISOString();
