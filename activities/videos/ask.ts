import type { Log } from '../../common/log.ts';
import type { Helix } from '../twitch/helix.ts';
import { TwitchError } from '../twitch/http.ts';
import type { Video } from '../twitch/video.external.ts';

/** What Helix has answered about some channels. */
export interface Answers {
  /** By their ids. */
  videos: Map<string, Video>;
  /** The channels that were answered, also without a video: most channels keep no recordings. */
  answered: Set<string>;
  /** The channels for which Helix has no answer. */
  failed: Set<string>;
  /** Videos that were left out because they cannot be used. */
  unusable: number;
}

/** Helix itself has failed, not the question about one channel. */
const FAILURES_IN_A_ROW = 3;

/**
 * Asks for the newest recordings of each channel, one after the other. A channel that fails does not stop the others, but three in a row do: the
 * rest is asked another time.
 * @throws TwitchError `unauthorized`; the signal's reason
 */
export async function askForEach(
  helix: Pick<Helix, 'getVideos'>,
  channelIds: readonly string[],
  { log, signal }: { log: Log; signal: AbortSignal },
): Promise<Answers> {
  const answers: Answers = { videos: new Map(), answered: new Set(), failed: new Set(), unusable: 0 };
  let inARow = 0;
  for (const channelId of channelIds) {
    try {
      const { videos, unusable } = await helix.getVideos(channelId, signal);
      answers.unusable += unusable;
      for (const video of videos) answers.videos.set(video.videoId, video);
      answers.answered.add(channelId);
      inARow = 0;
    } catch (error) {
      if (!(error instanceof TwitchError) || error.kind === 'unauthorized') throw error;
      log.warn('Helix does not tell the recordings of a channel', { channelId, reason: error.message });
      answers.failed.add(channelId);
      if (error.kind !== 'refused') inARow += 1;
      if (inARow >= FAILURES_IN_A_ROW) break;
    }
  }
  return answers;
}
