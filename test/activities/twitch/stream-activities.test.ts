import assert from 'node:assert/strict';

import type { StreamsQuery } from '../../../activities/twitch/helix.ts';
import { TwitchError } from '../../../activities/twitch/http.ts';
import { LIVE_LIST_PATH } from '../../../activities/twitch/live-list.ts';
import type { LiveList } from '../../../activities/twitch/live-list.ts';
import type { PollRow } from '../../../activities/twitch/poll-row.ts';
import { createStreamActivities } from '../../../activities/twitch/stream-activities.ts';
import type { StreamActivityDeps, StreamsSwept } from '../../../activities/twitch/stream-activities.ts';
import type { StreamExternal } from '../../../activities/twitch/stream.external.ts';
import { STREAM_POLL_SETTINGS_PATH } from '../../../activities/twitch/stream-poll-settings.ts';
import { silentLog } from '../../../common/log.ts';
import { activityEnvironment } from '../../integration/activity-environment.ts';
import { memoryParameters } from '../../integration/memory-parameters.ts';
import { externalStream, streamsPage } from './external-stream.ts';

const polledAt = new Date('2026-11-25T14:03:07.123Z');
type SomeHelix = StreamActivityDeps['helix'];
const refusal = new TwitchError('refused', 'refused', { path: 'streams', status: 400 });

/** A Helix with these streams live. */
function helixWith(live: StreamExternal[]): SomeHelix {
  return {
    getStreams: async ({ userIds }) =>
      streamsPage(userIds === undefined ? live : live.filter((stream) => userIds.includes(stream.user_id))),
  };
}

describe('createStreamActivities(…).sweepStreams()', () => {
  let parameters: ReturnType<typeof memoryParameters>;
  let polls: PollRow[][];
  let nowMs: number;

  beforeEach(() => {
    parameters = memoryParameters();
    polls = [];
    nowMs = polledAt.getTime();
  });

  function sweepWith(helix: SomeHelix, changes: Partial<StreamActivityDeps> = {}): Promise<StreamsSwept> {
    const activities = createStreamActivities({
      helix,
      parameters,
      openPoll: async () => {
        const rows: PollRow[] = [];
        return {
          add: async (added) => void rows.push(...added),
          store: async () => {
            const channels = new Set(rows.map((row) => row.user_id)).size;
            return rows.length === 0 ? null : { path: `/red/poll-${polls.push(rows)}`, channels };
          },
          close: async () => {},
        };
      },
      log: silentLog,
      now: () => new Date(nowMs),
      ...changes,
    });
    return activityEnvironment().run(activities.sweepStreams);
  }

  const liveList = (): LiveList => parameters.values.get(LIVE_LIST_PATH) as LiveList;
  const rooms = (): string[] => liveList().streams.map(({ channelId }) => channelId);

  it('writes the poll to red, and publishes the rooms', async () => {
    assert.deepEqual(await sweepWith(helixWith([externalStream()])), {
      polledAt: polledAt.toISOString(),
      path: '/red/poll-1',
      streams: 1,
      pages: 1,
      stoppedBy: 'last page',
      seconds: 0,
      leftOut: [],
      notes: [],
    });
    assert.deepEqual(
      polls.map((rows) => rows.map(({ id, title }) => [id, title])),
      [[['41', '<b>안녕</b>']]],
    );
    assert.deepEqual(rooms(), ['7']);
  });

  it('takes no more rooms than the accounts have, names the account of each, and says once why', async () => {
    parameters.values.set(STREAM_POLL_SETTINGS_PATH, { limit: 250 });
    const live = Array.from({ length: 300 }, (_, index) =>
      externalStream({ id: `s${index}`, user_id: `u${index}`, user_login: `login${index}`, viewer_count: index }),
    );
    const warnings: string[] = [];
    const summaries: string[] = [];
    const user = (name: string) => ({ name, login: `user_${name}`, isLoggedIn: true });
    let readers = [user('a'), user('b')];
    const activities = createStreamActivities({
      helix: helixWith(live),
      parameters,
      openPoll: async () => ({ add: async () => {}, store: async () => null, close: async () => {} }),
      readReaders: async () => readers,
      reportHealth: async ({ summary }) => void summaries.push(summary),
      log: { ...silentLog, warn: (text) => void warnings.push(text) },
      now: () => new Date(nowMs),
    });
    const sweep = async (): Promise<StreamsSwept> => {
      nowMs += 60_000;
      return activityEnvironment().run(activities.sweepStreams);
    };
    const counts = (): number[] =>
      ['a', 'b'].map((name) => liveList().streams.filter(({ account }) => account === name).length);

    const note = 'The limit in config/stream-poll is 250, but 2 accounts have only 200 rooms. Log in another account and name it in TWITCH_ACCOUNTS, or lower the limit.'; // prettier-ignore
    assert.deepEqual((await sweep()).notes, [note]);
    await sweep();
    assert.deepEqual([counts(), warnings], [[100, 100], [note]]);
    assert.equal(summaries.at(-1), `0 streams are live. ${note}`);

    const before = liveList().streams.filter(({ account }) => account === 'a');
    readers = [user('a')];
    assert.match((await sweep()).notes.join(), /one account has only 100 rooms/);
    assert.deepEqual(counts(), [100, 0]);
    assert.ok(before.filter(({ channelId }) => rooms().includes(channelId)).length > 0);
  });

  it('publishes only the rooms, however many streams are live', async () => {
    const live = Array.from({ length: 5_000 }, (_, index) =>
      externalStream({ id: `s${index}`, user_id: `u${index}`, user_login: `login${index}`, viewer_count: index }),
    );
    const swept = await sweepWith(helixWith(live), {});
    assert.equal(swept.streams, 1_000, 'the default asks for the largest');
    assert.equal(liveList().streams.length, 100);
    assert.ok(JSON.stringify(liveList()).length < 50_000);
  });

  it('publishes an empty list and writes no poll if nothing is live', async () => {
    assert.equal((await sweepWith(helixWith([]))).path, null);
    assert.deepEqual(rooms(), []);
  });

  it('ends a stream immediately if a direct question says that it is over', async () => {
    await sweepWith(helixWith([externalStream()]));
    await sweepWith(helixWith([]));
    assert.deepEqual(rooms(), []);
    assert.deepEqual(
      liveList().left.map(({ reason }) => reason),
      ['the stream ended'],
    );
  });

  it('keeps a stream that a direct question finds, however often the sweep missed it, and adds it to the poll', async () => {
    const hidden: SomeHelix = {
      getStreams: async ({ userIds }) => streamsPage(userIds === undefined ? [] : [externalStream()]),
    };
    await sweepWith(helixWith([externalStream()]));
    for (let poll = 0; poll < 4; poll += 1) await sweepWith(hidden);
    assert.deepEqual(rooms(), ['7']);
    assert.equal(polls.length, 5);
  });

  it('keeps its rooms if the direct question fails', async () => {
    const mute: SomeHelix = {
      getStreams: async ({ userIds }) => {
        if (userIds !== undefined) throw new TwitchError('503', 'unavailable', { path: 'streams', status: 503 });
        return streamsPage([externalStream({ id: '2', user_id: '8', user_login: 'other' })]);
      },
    };
    await sweepWith(helixWith([externalStream()]));
    await sweepWith(mute);
    assert.deepEqual(rooms().sort(), ['7', '8']);
  });

  for (const [what, answer] of [
    ['has unreadable entries', { ...streamsPage([]), unusable: 1 }],
    ['names the stream without saying that it is live', streamsPage([externalStream({ type: '' })])],
    [
      'is full, so there may be more',
      streamsPage(
        Array.from({ length: 100 }, (_, n) => externalStream({ id: `x${n}`, user_id: '900', user_login: 'x' })),
      ),
    ],
  ] as const) {
    it(`keeps its rooms if the answer to the direct question ${what}`, async () => {
      const odd: SomeHelix = { getStreams: async ({ userIds }) => (userIds === undefined ? streamsPage([]) : answer) };
      await sweepWith(helixWith([externalStream()]));
      await sweepWith(odd);
      assert.ok(rooms().includes('7'));
    });
  }

  it('replaces a list from the future', async () => {
    const old = { streamId: 's8', channelId: '8', channelLogin: 'other', viewerCount: 5, missedSweeps: 0 };
    parameters.values.set(LIVE_LIST_PATH, { polledAt: '2031-01-01T00:00:00.000Z', streams: [old], left: [] });
    await sweepWith(helixWith([externalStream()]));
    assert.deepEqual(rooms(), ['7']);
  });

  it('fails retryably if the token is refused', async () => {
    const refused: SomeHelix = {
      getStreams: async () => Promise.reject(new TwitchError('401', 'unauthorized', { path: 'streams', status: 401 })),
    };
    await assert.rejects(sweepWith(refused), (error: { nonRetryable?: boolean }) => error.nonRetryable === false);
  });

  it('reports a refused entry, polls the others, and tries it again after a day', async () => {
    parameters.values.set(STREAM_POLL_SETTINGS_PATH, { top: 0, channels: ['haneul', 'gone_login'] });
    const asked: StreamsQuery[] = [];
    const strict: SomeHelix = {
      getStreams: async (query) => {
        asked.push(query);
        if (query.userLogins?.includes('gone_login')) throw refusal;
        return streamsPage([externalStream()]);
      },
    };
    const logins = async (): Promise<string[][]> => {
      asked.length = 0;
      assert.deepEqual((await sweepWith(strict)).leftOut, ['channels: gone_login']);
      assert.deepEqual(rooms(), ['7']);
      return asked.flatMap(({ userLogins }) => (userLogins === undefined ? [] : [userLogins]));
    };
    assert.equal((await logins()).length, 3);
    assert.deepEqual(await logins(), [['haneul']], 'it is known');
    nowMs += 24 * 3_600_000;
    assert.equal((await logins()).length, 3, 'it is tried again');
  });

  it('forgets a refused entry that is no longer in the settings', async () => {
    parameters.values.set(STREAM_POLL_SETTINGS_PATH, { top: 0, channels: ['haneul', 'gone_login'] });
    const strict: SomeHelix = {
      getStreams: async ({ userLogins }) => {
        if (userLogins?.includes('gone_login') || userLogins?.includes('gone_too')) throw refusal;
        return streamsPage([externalStream()]);
      },
    };
    await sweepWith(strict);
    parameters.values.set(STREAM_POLL_SETTINGS_PATH, { top: 0, channels: ['haneul', 'gone_too'] });
    assert.deepEqual((await sweepWith(strict)).leftOut, ['channels: gone_too']);
    assert.doesNotMatch(JSON.stringify(parameters.values.get('streams/refused')), /gone_login/);
  });

  for (const odd of [
    null,
    {},
    { entries: null },
    { entries: [null, { list: 'channels' }, { list: 'x', value: 7 }] },
    'x',
  ]) {
    it(`sweeps although its list of refused entries was edited to ${JSON.stringify(odd)}`, async () => {
      parameters.values.set('streams/refused', odd);
      await sweepWith(helixWith([externalStream()]));
      assert.deepEqual(rooms(), ['7']);
    });
  }

  it('reports settings that select no streams, and Helix without streams', async () => {
    parameters.values.set(STREAM_POLL_SETTINGS_PATH, { top: 0 });
    const reported: { summary: string; trouble: string | null }[] = [];
    await sweepWith(helixWith([externalStream()]), { reportHealth: async (health) => void reported.push(health) });
    assert.match(reported.at(-1)?.trouble ?? '', /config\/stream-poll selects no streams.*top/);
    parameters.values.delete(STREAM_POLL_SETTINGS_PATH);
    await sweepWith(helixWith([]), { reportHealth: async (health) => void reported.push(health) });
    assert.match(reported.at(-1)?.trouble ?? '', /no live streams.*TWITCH_API_URL/);
    await sweepWith(helixWith([externalStream()]), { reportHealth: async (health) => void reported.push(health) });
    assert.equal(reported.at(-1)?.trouble, null);
  });

  it('does not replace a newer list of another poll', async () => {
    const slow: SomeHelix = {
      getStreams: async () => {
        await parameters.put(LIVE_LIST_PATH, { polledAt: '2026-11-25T14:05:00.000Z', streams: [], left: [] });
        nowMs += 300_000;
        return streamsPage([externalStream()]);
      },
    };
    await sweepWith(slow);
    assert.equal(liveList().polledAt, '2026-11-25T14:05:00.000Z');
  });

  it('reads the list again and retries if another poll was faster', async () => {
    let raced = false;
    const racing: typeof parameters = {
      ...parameters,
      put: async (path, value, conditions) => {
        if (path === LIVE_LIST_PATH && !raced) {
          raced = true;
          const stream = { streamId: 's8', channelId: '8', channelLogin: 'other', viewerCount: 5, missedSweeps: 0 };
          await parameters.put(path, { polledAt: '2026-11-25T14:03:00.000Z', streams: [stream], left: [] });
        }
        return parameters.put(path, value, conditions);
      },
    };
    await sweepWith(helixWith([externalStream()]), { parameters: racing });
    assert.deepEqual(rooms().sort(), ['7', '8']);
  });

  it('publishes nothing if the poll cannot be written', async () => {
    const openPoll: StreamActivityDeps['openPoll'] = async () => ({
      add: async () => {},
      store: () => Promise.reject(new Error('no HDFS')),
      close: async () => {},
    });
    await assert.rejects(sweepWith(helixWith([externalStream()]), { openPoll }), /no HDFS/);
    assert.equal(liveList(), undefined);
  });

  it('reads a list of the first release, with all live streams', async () => {
    const old = { streamId: 's7', channelId: '7', channelLogin: 'haneul', viewerCount: 5, missedSweeps: 0, title: 'x' };
    parameters.values.set(LIVE_LIST_PATH, { polledAt: '2026-11-25T14:00:00.000Z', streams: [old] });
    await sweepWith(helixWith([externalStream()]));
    assert.deepEqual(rooms(), ['7']);
  });

  for (const odd of [null, {}, { streams: null }, { streams: [null, { channelId: 7 }], left: 'x', polledAt: 'soon' }]) {
    it(`starts from an empty list if it was edited to ${JSON.stringify(odd)}`, async () => {
      parameters.values.set(LIVE_LIST_PATH, odd);
      await sweepWith(helixWith([externalStream()]));
      assert.deepEqual(rooms(), ['7']);
    });
  }
});
