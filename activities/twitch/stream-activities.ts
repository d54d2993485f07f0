import { heartbeat } from '@temporalio/activity';
import { mappingErrors } from '../errors.ts';
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
  async function askDirectly(channelIds: string[]): Promise<LiveStream[]> {
    const live: LiveStream[] = [];
    for (let start = 0; start < channelIds.length; start += IDS_PER_QUESTION) {
      const page = await helix.getStreams({ userIds: channelIds.slice(start, start + IDS_PER_QUESTION) });
      live.push(...page.data.filter((stream) => stream.type === 'live').map(toLiveStream));
      heartbeat();
    }
    return live;
  }

  async function merge(swept: Sweep): Promise<ListedStream[]> {
    const previous: LiveList | undefined = (await parameters.get(LIVE_LIST_PATH, liveList))?.value;
    const found = swept.streams.map(toLiveStream);
    const missed = channelsToAsk(previous?.streams ?? [], found);
    const liveAfterAll = await askDirectly(missed);
    const stillLive = new Set(liveAfterAll.map((stream) => stream.channelId));
    return mergeSweep(previous?.streams ?? [], found, new Set(missed.filter((channelId) => !stillLive.has(channelId))));
  }

  return {
    sweepStreams: () =>
      mappingErrors(async () => {
        const stored = await parameters.get(STREAM_POLL_SETTINGS_PATH, streamPollSettings);
        const settings = stored?.value ?? streamPollSettings.parse({});
        const polledAt = now();
        const { swept, streams } = await withFreshToken(async () => {
          const swept = await sweep(helix, settings, { onPage: (pages) => heartbeat({ pages }) });
          return { swept, streams: await merge(swept) };
        });
        const path = swept.streams.length === 0 ? null : await writePoll(swept.streams, polledAt);
        const list: LiveList = { polledAt: polledAt.toISOString(), streams };
        await parameters.put(LIVE_LIST_PATH, list);
        const { pages, stoppedBy } = swept;
        return { polledAt: list.polledAt, path, streams: swept.streams.length, pages, stoppedBy };
      }),
  };
}
