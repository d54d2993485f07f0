import assert from 'node:assert/strict';

import type { Helix } from '../../../activities/twitch/helix.ts';
import { TwitchError } from '../../../activities/twitch/http.ts';
import { LIVE_LIST_PATH, type LiveList } from '../../../activities/twitch/live-list.ts';
import { type StreamActivityDeps, createStreamActivities } from '../../../activities/twitch/stream-activities.ts';
import type { StreamExternal } from '../../../activities/twitch/stream.external.ts';
import { activityEnvironment } from '../../integration/activity-environment.ts';
import { memoryParameters } from '../../integration/memory-parameters.ts';
import { externalStream } from './external-stream.ts';

const polledAt = new Date('2026-11-25T14:03:07.123Z');

/** A Helix with these streams live, that answers 401 as often as told. */
function helixWith(live: StreamExternal[], unauthorized = 0): Helix {
  let refusals = unauthorized;
  return {
    getStreams: async ({ userIds }) => {
      if (refusals > 0) {
        refusals -= 1;
        throw new TwitchError('401', 'unauthorized', { path: 'streams', status: 401 });
      }
      return { data: userIds === undefined ? live : live.filter((stream) => userIds.includes(stream.user_id)) };
    },
  };
}

describe('createStreamActivities(…).sweepStreams()', () => {
  let parameters: ReturnType<typeof memoryParameters>;
  let polls: StreamExternal[][];
  let refreshes: number;

  beforeEach(() => {
    parameters = memoryParameters();
    polls = [];
    refreshes = 0;
  });

  function sweepWith(helix: Helix, changes: Partial<StreamActivityDeps> = {}): Promise<unknown> {
    const activities = createStreamActivities({
      helix,
      parameters,
      writePoll: async (streams) => `/red/poll-${polls.push(streams)}`,
      refreshNow: async () => void (refreshes += 1),
      now: () => polledAt,
      ...changes,
    });
    return activityEnvironment().run(activities.sweepStreams);
  }

  const liveList = (): LiveList => parameters.values.get(LIVE_LIST_PATH) as LiveList;

  it('writes the poll to red as Helix sent it, and publishes the live list', async () => {
    const stream = externalStream();
    assert.deepEqual(await sweepWith(helixWith([stream])), {
      polledAt: polledAt.toISOString(),
      path: '/red/poll-1',
      streams: 1,
      pages: 1,
      stoppedBy: 'last page',
    });
    assert.deepEqual(polls, [[stream]]);
    assert.deepEqual(
      liveList().streams.map((it) => [it.channelId, it.missedSweeps]),
      [['7', 0]],
    );
  });

  it('publishes an empty list and writes no poll when nothing is live', async () => {
    const swept = await sweepWith(helixWith([]));
    assert.equal((swept as { path: string | null }).path, null);
    assert.deepEqual(liveList().streams, []);
  });

  it('ends a stream at once that a direct question says is over', async () => {
    await sweepWith(helixWith([externalStream()]));
    await sweepWith(helixWith([]));
    assert.deepEqual(liveList().streams, []);
  });

  it('keeps a stream that the pages missed and a direct question finds', async () => {
    await sweepWith(helixWith([externalStream()]));
    const hidden: Helix = {
      getStreams: async ({ userIds }) => ({ data: userIds === undefined ? [] : [externalStream()] }),
    };
    await sweepWith(hidden);
    assert.deepEqual(
      liveList().streams.map((it) => [it.channelId, it.missedSweeps]),
      [['7', 1]],
    );
  });

  it('has the token refreshed once on 401, and goes on', async () => {
    await sweepWith(helixWith([externalStream()], 1));
    assert.deepEqual([refreshes, polls.length], [1, 1]);
  });

  it('fails retryably when a fresh token is refused too', async () => {
    await assert.rejects(
      sweepWith(helixWith([], 2)),
      (error: { nonRetryable?: boolean }) => error.nonRetryable === false,
    );
  });

  it('does not overwrite a list that another attempt published meanwhile', async () => {
    await sweepWith(helixWith([externalStream()]));
    const slow: Helix = {
      getStreams: async () => {
        await parameters.put(LIVE_LIST_PATH, { polledAt: '2026-11-25T14:05:00.000Z', streams: [] });
        return { data: [externalStream()] };
      },
    };
    await assert.rejects(sweepWith(slow), /Somebody else wrote/);
    assert.equal(liveList().polledAt, '2026-11-25T14:05:00.000Z');
  });

  it('publishes nothing when the poll could not be written', async () => {
    const broken = { writePoll: () => Promise.reject(new Error('no HDFS')) };
    await assert.rejects(sweepWith(helixWith([externalStream()]), broken), /no HDFS/);
    assert.equal(liveList(), undefined);
  });
});
