import { z } from 'zod';
import type { Parameters } from '../parameters/client.ts';
import { readableEntries } from '../parameters/readable-entries.ts';
import { LOGIN } from '../../workflows/login.ts';

const listedStream = z.object({
  streamId: z.string(),
  channelId: z.string(),
  channelLogin: z.string().regex(LOGIN),
  viewerCount: z.number(),
  /** Complete sweeps in a row that did not show it, while nobody could be asked for it directly. */
  missedSweeps: z.number().int(),
});
export type ListedStream = z.infer<typeof listedStream>;

const leftRoom = z.object({ channelId: z.string(), reason: z.string(), leftAt: z.iso.datetime() });
export type LeftRoom = z.infer<typeof leftRoom>;

/**
 * `streams/live` in the parameter store: what chat needs, and no more than that. `streams` are those whose chat is listened to, as many as the
 * settings' `limit` at most; `left` says why rooms were left lately. All live streams of a poll are in red.
 */
export interface LiveList {
  polledAt: string;
  streams: ListedStream[];
  left: LeftRoom[];
}

/** An entry that cannot be read, from an older release or by hand, is left out: the next poll writes the list anew. */
const NOTHING = { polledAt: new Date(0).toISOString(), streams: [], left: [] };
const liveList = z
  .object({
    polledAt: z.iso.datetime().catch(NOTHING.polledAt),
    streams: readableEntries(listedStream),
    left: readableEntries(leftRoom),
  })
  .catch(NOTHING);

export const LIVE_LIST_PATH = 'streams/live';

/** Reasons that are kept: collectors read them within seconds. */
const LEFT_KEPT = 500;

/** The list with its version; undefined where there is none. */
export async function readLiveList(parameters: Parameters): Promise<{ value: LiveList; etag: string } | undefined> {
  return parameters.get<LiveList>(LIVE_LIST_PATH, liveList);
}

/** The newest reasons, oldest first. */
export function withLeft(previous: LeftRoom[], left: LeftRoom[]): LeftRoom[] {
  return [...previous, ...left].slice(-LEFT_KEPT);
}

/** Why the room of a channel was left within the last ten minutes; undefined where the list does not say. */
export async function reasonForLeaving(
  parameters: Parameters,
  channelId: string,
  nowMs: number,
): Promise<string | undefined> {
  const list = await readLiveList(parameters);
  const found = list?.value.left.findLast((it) => it.channelId === channelId);
  return found !== undefined && Math.abs(nowMs - Date.parse(found.leftAt)) < 600_000 ? found.reason : undefined;
}
