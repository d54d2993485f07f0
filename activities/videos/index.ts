import { mappingErrors } from '../errors.ts';
import { withHeartbeats } from '../heartbeats.ts';
import type { Parameters } from '../parameters/client.ts';
import { ParameterError } from '../parameters/error.ts';
import type { Helix } from '../twitch/helix.ts';
import { readLiveList } from '../twitch/live-list.ts';
import { askForEach } from './ask.ts';
import { openVideoTable } from './table.ts';
import type { TableDeps } from './table.ts';
import { afterRound, dueChannels, readWatchList, storeWatchList, watch } from './watch-list.ts';
import type { WatchedChannel } from './watch-list.ts';

/** A round for Temporal: counts. */
export interface VideosFound {
  /** Channels that were asked for. */
  asked: number;
  /** Of these, those without an answer. They are asked for again. */
  failed: number;
  /** Recordings in the answers, known or not. */
  videos: number;
  /** Days of `yellow/videos` that were written. */
  days: number;
  /** Channels that are due and were not asked for: there were too many, or Helix failed. */
  waiting: number;
}

export interface VideoActivities {
  /**
   * Asks Helix for the recordings of the channels that are due, and adds them to `yellow/videos`. A second run asks for what the first has not
   * noted as asked, and finds the same.
   */
  askForVideos(): Promise<VideosFound>;
}

export interface VideoDeps extends TableDeps {
  helix: Pick<Helix, 'getVideos'>;
  parameters: Parameters;
  now?: () => number;
}

export function createVideoActivities(deps: VideoDeps): VideoActivities {
  const { parameters, now = Date.now } = deps;

  async function round(signal: AbortSignal): Promise<VideosFound> {
    const nowMs = now();
    const live = (await readLiveList(parameters))?.value.streams ?? [];
    const { value: before, etag } = await readWatchList(parameters);
    const liveIds = live.map(({ channelId }) => channelId);
    const channels = watch(before, liveIds, nowMs);
    const { due, waiting } = dueChannels(channels, nowMs);
    const [found, after] = due.length === 0 ? [NOTHING, channels] : await ask(channels, due, nowMs, signal);
    if (JSON.stringify(after) !== JSON.stringify(before)) await store(after, etag);
    return { ...found, waiting: waiting + due.length - found.asked };
  }

  async function ask(
    channels: readonly WatchedChannel[],
    due: readonly WatchedChannel[],
    nowMs: number,
    signal: AbortSignal,
  ): Promise<[Omit<VideosFound, 'waiting'>, WatchedChannel[]]> {
    const { helix, log } = deps;
    // Before Helix is asked: while HDFS is away, nothing is asked that could not be stored.
    const table = await openVideoTable(deps);
    const ids = due.map(({ channelId }) => channelId);
    const { videos, answered, failed, unusable } = await askForEach(helix, ids, { log, signal });
    if (unusable > 0) log.warn('videos that cannot be used were left out', { count: unusable });
    const days = await table.merge(videos.values(), nowMs, signal);
    await table.close();
    const found = {
      asked: answered.size + failed.size,
      failed: failed.size,
      videos: videos.size,
      days: days.length,
    };
    return [found, afterRound(channels, { answered, failed }, nowMs)];
  }

  /** If another round was faster, its list stays: what this one has asked may be asked again. */
  async function store(channels: readonly WatchedChannel[], etag: string | undefined): Promise<void> {
    try {
      await storeWatchList(parameters, channels, etag);
    } catch (error) {
      if (!(error instanceof ParameterError) || error.kind !== 'precondition') throw error;
      deps.log.info('another round has written its list of channels');
    }
  }

  return { askForVideos: () => mappingErrors(() => withHeartbeats(round)) };
}

const NOTHING = { asked: 0, failed: 0, videos: 0, days: 0 };
