import { createPollFiles } from '../../activities/twitch/poll-file.ts';
import { toPollRow } from '../../activities/twitch/poll-row.ts';
import type { StreamExternal } from '../../activities/twitch/stream.external.ts';

/** Writes one poll to `red/streams`, like a sweep. @returns its path */
export async function writePoll(
  deps: Parameters<typeof createPollFiles>[0],
  streams: StreamExternal[],
  polledAt: Date,
): Promise<string | null> {
  const poll = await createPollFiles(deps)(polledAt);
  try {
    await poll.add(streams.map(toPollRow));
    return (await poll.store())?.path ?? null;
  } finally {
    await poll.close();
  }
}
