import { z } from 'zod';
import type { Parameters } from '../parameters/client.ts';
import { readableEntries } from '../parameters/readable-entries.ts';
import { LOGIN } from '../../workflows/login.ts';

const listedStream = z.object({
  streamId: z.string(),
  channelId: z.string(),
  channelLogin: z.string().regex(LOGIN),
  viewerCount: z.number(),
  /** Consecutive complete sweeps without the stream, while Helix could not be asked about it directly. */
  missedSweeps: z.number().int(),
  /** The account that reads its chat. Missing with anonymous reading. */
  account: z.string().optional(),
  /** Of the stream, if Helix has told them. */
  language: z.string().optional(),
  category: z.string().optional(),
});
export type ListedStream = z.infer<typeof listedStream>;

const leftRoom = z.object({ channelId: z.string(), reason: z.string(), leftAt: z.iso.datetime() });
export type LeftRoom = z.infer<typeof leftRoom>;

/** How the poll has chosen the rooms. It explains which of the listed channels have none. */
const choice = z.object({
  /** That read chat; none with anonymous reading. */
  accounts: z.array(z.string()),
  /** The most rooms. */
  places: z.number().int(),
  /** What gives more, in a whole sentence. */
  more: z.string(),
  /** What the operator should know about accounts and rooms. */
  notes: z.array(z.string()),
  /** Listed channels that are not live. None after a poll that was not complete, which may have missed them. */
  notLive: z.array(z.string()),
  /** Listed channels that are live, while larger listed ones have all the rooms. */
  withoutPlace: z.array(z.string()),
});
export type Choice = z.infer<typeof choice>;

/**
 * `streams/live` in the parameter store. `streams` are the streams with a room, as many as `room-plan.ts` says. `left` has the reasons why
 * rooms were left recently. All live streams of a poll are in red.
 */
export interface LiveList {
  polledAt: string;
  streams: ListedStream[];
  left: LeftRoom[];
  /** Missing in lists of earlier releases. */
  choice?: Choice | undefined;
}

/** Unreadable entries (from an older release, or edited by hand) are dropped: the next poll writes the list again. */
const NOTHING: LiveList = { polledAt: new Date(0).toISOString(), streams: [], left: [] };
const liveList = z
  .object({
    polledAt: z.iso.datetime().catch(NOTHING.polledAt),
    streams: readableEntries(listedStream),
    left: readableEntries(leftRoom),
    choice: choice.optional().catch(undefined),
  })
  .catch(NOTHING);

export const LIVE_LIST_PATH = 'streams/live';

/** Enough: collectors read the reasons within seconds. */
const LEFT_KEPT = 500;

/** The list with its version; undefined if there is none. */
export async function readLiveList(parameters: Parameters): Promise<{ value: LiveList; etag: string } | undefined> {
  return parameters.get<LiveList>(LIVE_LIST_PATH, liveList);
}

/** The newest reasons, oldest first. */
export function withLeft(previous: LeftRoom[], left: LeftRoom[]): LeftRoom[] {
  return [...previous, ...left].slice(-LEFT_KEPT);
}

/** Why the room of a channel was left in the last ten minutes; undefined if the list has no reason. */
export async function reasonForLeaving(
  parameters: Parameters,
  channelId: string,
  nowMs: number,
): Promise<string | undefined> {
  const list = await readLiveList(parameters);
  const found = list?.value.left.findLast((it) => it.channelId === channelId);
  return found !== undefined && Math.abs(nowMs - Date.parse(found.leftAt)) < 600_000 ? found.reason : undefined;
}
