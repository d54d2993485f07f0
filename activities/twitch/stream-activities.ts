import { mappingErrors } from '../errors.ts';
import { withHeartbeats } from '../heartbeats.ts';
import type { Parameters } from '../parameters/client.ts';
import type { Helix } from './helix.ts';
import { TwitchError } from './http.ts';
import { LIVE_LIST_PATH, type LiveList, type ListedStream, channelsToAsk, liveList, mergeSweep } from './live-list.ts';
import { type LiveStream, type StreamExternal, toLiveStream } from './stream.external.ts';
import { STREAM_POLL_SETTINGS_PATH, streamPollSettings } from './stream-poll-settings.ts';
import { type Sweep, sweep } from './sweep.ts';

/** What a sweep tells to Temporal: counts and an address. */
export interface StreamsSwept {
  polledAt: string;
  /** The poll's file in red; null where no stream was live. */
  path: string | null;
  streams: number;
  pages: number;
  stoppedBy: string;
}

export interface StreamActivities {
  /** One sweep: settings → Helix → red → live list. Running it twice writes two polls, each with its own time. */
  sweepStreams(): Promise<StreamsSwept>;
}

export interface StreamActivityDeps {
  helix: Helix;
  parameters: Parameters;
  /** Writes one poll to `red/streams` and gives its path. */
  writePoll: (streams: StreamExternal[], polledAt: Date) => Promise<string>;
  /** Has the token refreshed, whoever else asks at the same time. */
  refreshNow: () => Promise<void>;
  now?: () => Date;
}

/** Helix takes 100 ids in one question. */
const IDS_PER_QUESTION = 100;

export function createStreamActivities(deps: StreamActivityDeps): StreamActivities {
  const { helix, parameters, writePoll, refreshNow, now = () => new Date() } = deps;

  async function withFreshToken<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof TwitchError) || error.kind !== 'unauthorized') throw error;
      await refreshNow();
      return work();
    }
  }

  /** Which of the channels are live after all; those that are not have ended. */
  async function askDirectly(channelIds: string[], signal: AbortSignal): Promise<LiveStream[]> {
    const live: LiveStream[] = [];
    for (let start = 0; start < channelIds.length; start += IDS_PER_QUESTION) {
      signal.throwIfAborted();
      const page = await helix.getStreams({ userIds: channelIds.slice(start, start + IDS_PER_QUESTION) });
      live.push(...page.data.filter((stream) => stream.type === 'live').map(toLiveStream));
    }
    return live;
  }

  async function merge(previous: ListedStream[], swept: Sweep, signal: AbortSignal): Promise<ListedStream[]> {
    const found = swept.streams.map(toLiveStream);
    const missed = channelsToAsk(previous, found);
    const stillLive = new Set((await askDirectly(missed, signal)).map((stream) => stream.channelId));
    return mergeSweep(previous, found, new Set(missed.filter((channelId) => !stillLive.has(channelId))));
  }

  async function sweepAndPublish(signal: AbortSignal): Promise<StreamsSwept> {
    const stored = await parameters.get(STREAM_POLL_SETTINGS_PATH, streamPollSettings);
    const settings = stored?.value ?? streamPollSettings.parse({});
    const previous = await parameters.get(LIVE_LIST_PATH, liveList);
    const polledAt = now();
    const { swept, streams } = await withFreshToken(async () => {
      const swept = await sweep(helix, settings, { onPage: () => signal.throwIfAborted() });
      return { swept, streams: await merge(previous?.value.streams ?? [], swept, signal) };
    });
    const path = swept.streams.length === 0 ? null : await writePoll(swept.streams, polledAt);
    const list: LiveList = { polledAt: polledAt.toISOString(), streams };
    // Only over the list that was read: an attempt that was given up and woke late must not bring an old list back.
    await parameters.put(
      LIVE_LIST_PATH,
      list,
      previous === undefined ? { ifAbsent: true } : { ifMatch: previous.etag },
    );
    const { pages, stoppedBy } = swept;
    return { polledAt: list.polledAt, path, streams: swept.streams.length, pages, stoppedBy };
  }

  return { sweepStreams: () => mappingErrors(() => withHeartbeats(sweepAndPublish)) };
}
