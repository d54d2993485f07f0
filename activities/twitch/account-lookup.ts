import { setTimeout as delay } from 'node:timers/promises';
import type { Parameters } from '../parameters/client.ts';
import { readLiveList } from './live-list.ts';

/** Questions that come within this time share one answer. */
const GATHER_MS = 50;

/**
 * Which account reads a channel, as the last poll has decided. Hundreds of chats may start at once, and the list is long: they share one
 * reading, which begins after all of them have asked.
 */
export function accountLookup(parameters: Parameters): (channelId: string) => Promise<string | undefined> {
  let gathering: Promise<ReadonlyMap<string, string | undefined>> | undefined;

  async function read(): Promise<ReadonlyMap<string, string | undefined>> {
    await delay(GATHER_MS);
    gathering = undefined;
    const streams = (await readLiveList(parameters))?.value.streams ?? [];
    return new Map(streams.map(({ channelId, account }) => [channelId, account]));
  }

  return async (channelId) => (await (gathering ??= read())).get(channelId);
}
