import type { Log } from '../../common/log.ts';
import { mappingErrors } from '../errors.ts';
import { withHeartbeats } from '../heartbeats.ts';
import { reportingTrouble } from '../health/health.ts';
import type { ReportHealth } from '../health/health.ts';
import type { Parameters } from '../parameters/client.ts';
import { retryOnConflict } from '../parameters/retry-on-conflict.ts';
import type { Helix } from './helix.ts';
import { TwitchError } from './http.ts';
import { LIVE_LIST_PATH, readLiveList } from './live-list.ts';
import type { ListedStream } from './live-list.ts';
import { nextRooms } from './next-rooms.ts';
import type { PollOutcome } from './next-rooms.ts';
import { pollHealth } from './poll-health.ts';
import type { PollFile } from './poll-file.ts';
import { toPollRow } from './poll-row.ts';
import { partsOf } from './questions.ts';
import { planRooms } from './room-plan.ts';
import type { Readers } from './room-plan.ts';
import { storeRefusedEntries, readRefusedEntries } from './refused-entries.ts';
import { toLiveStream } from './stream.external.ts';
import type { StreamExternal, StreamsPage } from './stream.external.ts';
import { STREAM_POLL_SETTINGS_PATH, streamPollSettings } from './stream-poll-settings.ts';
import { refusedOf, sweep } from './sweep.ts';
import type { Sweep } from './sweep.ts';

/** The result of a sweep for Temporal: counts and a path. */
export interface StreamsSwept {
  polledAt: string;
  /** The poll's file in red; null if no stream was live. */
  path: string | null;
  /** Live channels that match the settings. */
  streams: number;
  pages: number;
  stoppedBy: string;
  /** From the first request to the last answer. */
  seconds: number;
  /** The first twenty entries of `config/stream-poll` that Helix refuses, like `channels: gone_login`. */
  leftOut: string[];
  /** What the operator should know about accounts and rooms. */
  notes: string[];
}

export interface StreamActivities {
  /** One sweep: settings → Helix → red → live list. A second run writes another poll with its own time. */
  sweepStreams(): Promise<StreamsSwept>;
}

export interface StreamActivityDeps {
  helix: Pick<Helix, 'getStreams'>;
  parameters: Parameters;
  openPoll: (polledAt: Date) => Promise<PollFile>;
  /** Default: anonymous reading. */
  readReaders?: () => Promise<Readers>;
  /** Called after each attempt. */
  reportHealth?: ReportHealth;
  log: Log;
  now?: () => Date;
}

/** Helix accepts 100 ids per request. */
const IDS_PER_QUESTION = 100;
const MOST_LEFT_OUT = 20;
/** The most that the clocks of two machines differ. */
const CLOCKS_DIFFER_MS = 60_000;
/** For conflicts with another poll. */
const PUT_RETRIES = 4;

export function createStreamActivities(deps: StreamActivityDeps): StreamActivities {
  const { helix, parameters, openPoll, reportHealth = () => Promise.resolve(), log, now = () => new Date() } = deps;
  const { readReaders = () => Promise.resolve('anonymous' as const) } = deps;
  let told = '';

  /** Logs notes when they change. */
  function tell(notes: readonly string[]): void {
    const text = notes.join(' ');
    if (text !== told && text !== '') log.warn(text);
    told = text;
  }

  /** Asks Helix for the rooms that the sweep missed. Returns those that have ended. Rooms without an answer stay as they were. */
  async function askForMissed(
    rooms: readonly ListedStream[],
    { candidates }: Sweep,
    take: (streams: StreamExternal[]) => Promise<void>,
    signal: AbortSignal,
  ): Promise<Set<string>> {
    const missed = rooms.map(({ channelId }) => channelId).filter((channelId) => !candidates.has(channelId));
    const ended = new Set<string>();
    try {
      for (const part of partsOf(missed, IDS_PER_QUESTION)) {
        await refusedOf(part, async (userIds) => {
          const page = await helix.getStreams({ userIds }, signal);
          const live = page.streams.filter(({ type }) => type === 'live');
          for (const stream of live) candidates.add(toLiveStream(stream));
          await take(live);
          for (const channelId of notLive(userIds, page)) ended.add(channelId);
        });
      }
    } catch (error) {
      if (!(error instanceof TwitchError) || error.kind === 'unauthorized') throw error;
      log.warn('Helix could not be asked for missed streams', { missed: missed.length, reason: error.message });
    }
    return ended;
  }

  /** Writes only if the list has not changed: a late attempt that timed out must not restore an old list. */
  async function publishRooms(outcome: PollOutcome): Promise<void> {
    const previous = await readLiveList(parameters);
    const publishedAtMs = Date.parse(previous?.value.polledAt ?? '');
    // A list from the future, of a wrong clock, must not block newer lists until then.
    if (publishedAtMs > outcome.polledAt.getTime() && publishedAtMs < now().getTime() + CLOCKS_DIFFER_MS) {
      log.info('a newer poll has published its list', { polledAt: previous?.value.polledAt });
      return;
    }
    const list = nextRooms(previous?.value ?? { streams: [], left: [] }, outcome);
    const condition = previous === undefined ? { ifAbsent: true } : { ifMatch: previous.etag };
    await parameters.put(LIVE_LIST_PATH, list, condition);
  }

  async function sweepAndPublish(signal: AbortSignal): Promise<StreamsSwept> {
    const settings =
      (await parameters.get(STREAM_POLL_SETTINGS_PATH, streamPollSettings))?.value ?? streamPollSettings.parse({});
    const plan = planRooms(settings, await readReaders());
    tell(plan.notes);
    const polledAt = now();
    const known = await readRefusedEntries(parameters, settings, polledAt.getTime());
    const leftOutBefore = new Set(known.map(({ list, value }) => `${list}: ${value}`));
    const rooms = (await readLiveList(parameters))?.value.streams ?? [];
    const pinned = { ids: new Set(rooms.map(({ channelId }) => channelId)), logins: new Set(settings.channels) };
    const poll = await openPoll(polledAt);
    try {
      const take = (streams: StreamExternal[]): Promise<void> => poll.add(streams.map(toPollRow));
      const swept = await sweep(helix, settings, {
        rooms: plan.rooms,
        isPinned: ({ channelId, channelLogin }) => pinned.ids.has(channelId) || pinned.logins.has(channelLogin ?? ''),
        isLeftOut: ({ list, value }) => leftOutBefore.has(`${list}: ${value}`),
        onStreams: take,
        signal,
      });
      const endedChannelIds = await askForMissed(rooms, swept, take, signal);
      const { candidates, pages, stoppedBy, refused } = swept;
      const seconds = Math.round((now().getTime() - polledAt.getTime()) / 1000);
      const stored = await poll.store();
      const outcome: PollOutcome = {
        polledAt,
        settings,
        plan,
        live: candidates.values(),
        endedChannelIds,
        isComplete: stoppedBy !== 'failed',
      };
      await retryOnConflict(PUT_RETRIES, () => publishRooms(outcome));
      await storeRefusedEntries(parameters, known, refused, polledAt.getTime());

      const leftOut = [...known, ...refused].map(({ list, value }) => `${list}: ${value}`).slice(0, MOST_LEFT_OUT);
      if (refused.length > 0)
        log.warn('Helix refuses entries of config/stream-poll; they are ignored for a day', { leftOut });
      if (swept.unusable > 0)
        log.warn('streams without an id, a user or a type were dropped', { count: swept.unusable });
      if (seconds > settings.intervalMinutes * 60)
        log.warn('a sweep takes longer than the interval between polls', {
          seconds,
          minutes: settings.intervalMinutes,
        });
      const { path = null, channels = 0 } = stored ?? {};
      await reportHealth(pollHealth(settings, channels, plan.notes));
      const { notes } = plan;
      return { polledAt: polledAt.toISOString(), path, streams: channels, pages, stoppedBy, seconds, leftOut, notes };
    } finally {
      await poll.close();
    }
  }

  return {
    sweepStreams: () =>
      mappingErrors(() => withHeartbeats((signal) => reportingTrouble(reportHealth, () => sweepAndPublish(signal)))),
  };
}

/** The channels that are not live according to Helix. An answer that is full, or has unreadable entries, does not prove it. */
function notLive(userIds: readonly string[], { streams, unusable }: StreamsPage): string[] {
  if (unusable > 0 || streams.length >= IDS_PER_QUESTION) return [];
  const named = new Set(streams.map((stream) => stream.user_id));
  return userIds.filter((channelId) => !named.has(channelId));
}
