import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { Context } from '@temporalio/activity';
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { chatStatus, described, rejoin, renamed, roomStateChanged } from '../../workflows/channel-chat.ts';
import type { ChannelChatStatus } from '../../workflows/channel-chat.ts';
import type { RoomState } from '../../activities/irc/room-state.ts';
import type { ListenerStatus } from '../../workflows/listener.ts';
import { CATEGORY, LANGUAGE, STATE } from '../../workflows/search-attributes.ts';
import { waitFor } from '../integration/wait-for.ts';
import { workflowRig } from './rig.ts';

const ARGS = [{ channelId: '7', channelLogin: 'haneul' }];

describe('channelChat({ channelId, channelLogin, taskQueues })', () => {
  const rig = workflowRig(['chat-a', 'chat-b']);
  /** Events of this test's listener. A listener of an earlier test may still be leaving. */
  let seen: { listening: number; left: number };

  beforeEach(() => {
    const mine = { listening: 0, left: 0 };
    seen = mine;
    rig.activities = {
      listenToChannel: async () => {
        mine.listening += 1;
        const beats = setInterval(() => Context.current().heartbeat(), 100);
        try {
          await Context.current().cancelled;
        } finally {
          clearInterval(beats);
          mine.left += 1;
        }
      },
    };
  });

  it('joins, and shows the room state that the collector reports', async () => {
    const workflow = await rig.start('channelChat', { args: ARGS });
    await waitFor('listening', () => seen.listening === 1);
    const state = async (): Promise<unknown> =>
      (await workflow.query<ChannelChatStatus, []>(chatStatus)).collectors[0]?.state;
    assert.equal(await state(), 'joining');
    await workflow.signal(roomStateChanged, { taskQueue: 'chat', state: 'waiting for a token' });
    assert.equal(await state(), 'waiting for a token');
    await workflow.signal(roomStateChanged, { taskQueue: 'chat-nobody', state: 'banned' });
    await workflow.signal(roomStateChanged, { taskQueue: 'chat', state: 'listening' });
    const { wantedSince, collectors, ...others } = await workflow.query<ChannelChatStatus, []>(chatStatus);
    assert.deepEqual(others, { ...ARGS[0], rejoins: 0 });
    assert.equal(wantedSince, (await workflow.describe()).startTime.toISOString());
    const [collector] = collectors;
    assert.ok(collector && collector.since >= wantedSince);
    const { since } = collector;
    assert.deepEqual(collector, { taskQueue: 'chat', state: 'listening', since, lastGap: null, rejoins: 0, lastError: null }); // prettier-ignore
  });

  for (const [what, input, seconds] of [
    ['the given heartbeat time-out', { heartbeatSeconds: 60 }, 60],
    ['a heartbeat time-out of 15 s if none is given', {}, 15],
  ] as const)
    it(`listens with ${what}`, async () => {
      const workflow = await rig.start('channelChat', { args: [{ ...ARGS[0], ...input }] });
      await waitFor('listening', () => seen.listening === 1);
      const { events } = await workflow.fetchHistory();
      const scheduled = events?.find((event) => event.activityTaskScheduledEventAttributes);
      const { heartbeatTimeout } = scheduled?.activityTaskScheduledEventAttributes ?? {};
      assert.equal(Number(heartbeatTimeout?.seconds), seconds);
    });

  for (const heartbeatSeconds of [0, -1, 1.5, '15', null] as unknown[])
    it(`fails at once, with the remedy, for the heartbeat time-out ${JSON.stringify(heartbeatSeconds)}`, async () => {
      const workflow = await rig.start('channelChat', { args: [{ ...ARGS[0], heartbeatSeconds }] });
      await assert.rejects(
        workflow.result(),
        (error) =>
          error instanceof WorkflowFailedError && /whole number of seconds.*Start it again/.test(String(error.cause)),
      );
    });

  it('shows the last gap of each collector', async () => {
    const workflow = await rig.start('channelChat', { args: ARGS });
    await waitFor('listening', () => seen.listening === 1);
    const told = async (state: RoomState): Promise<ListenerStatus | undefined> => {
      await workflow.signal(roomStateChanged, { taskQueue: 'chat', state });
      return (await workflow.query<ChannelChatStatus, []>(chatStatus)).collectors[0];
    };
    const first = await told('listening');
    assert.equal(first?.lastGap, null);
    const lost = await told('connection lost');
    assert.deepEqual(lost?.lastGap, { from: lost?.since, until: null, state: 'connection lost' });
    await told('banned');
    const again = await told('listening');
    assert.deepEqual(again?.lastGap, { from: lost?.since, until: again?.since, state: 'connection lost' });
  });

  it('can be found by the state of its room, and by language and category of its stream', async () => {
    const workflow = await rig.start('channelChat', { args: [{ ...ARGS[0], taskQueues: ['chat-a', 'chat-b'] }] });
    await waitFor('listening', () => seen.listening === 2);
    const attributes = async (): Promise<unknown[]> => {
      const { typedSearchAttributes: found } = await workflow.describe();
      return [STATE, LANGUAGE, CATEGORY].map((key) => found.get(key));
    };
    await workflow.signal(roomStateChanged, { taskQueue: 'chat-a', state: 'banned' });
    await waitFor('the state', async () => (await attributes())[0] === 'banned');
    await workflow.signal(roomStateChanged, { taskQueue: 'chat-b', state: 'listening' });
    await workflow.signal(described, { language: 'ko', category: '서양 장기' });
    await waitFor('all', async () => isDeepStrictEqual(await attributes(), ['listening', 'ko', '서양 장기']));
    await workflow.signal(described, { language: 'en' });
    for (const odd of [undefined, null, 'ko', { language: 7 }, { category: {} }, { category: 'x'.repeat(100_000) }])
      await workflow.signal('described', odd);
    await workflow.signal(rejoin);
    await waitFor('the rejoin', async () => (await attributes())[0] === 'joining');
    await waitFor('no category', async () => isDeepStrictEqual(await attributes(), ['joining', 'en', undefined]));
  });

  it('shows the account that reads the room', async () => {
    const workflow = await rig.start('channelChat', { args: ARGS });
    await waitFor('listening', () => seen.listening === 1);
    await workflow.signal(roomStateChanged, { taskQueue: 'chat', state: 'banned', account: 'second' });
    const { collectors } = await workflow.query<ChannelChatStatus, []>(chatStatus);
    assert.partialDeepStrictEqual(collectors, [{ state: 'banned', account: 'second' }]);
  });

  it('rejoins the room on request', async () => {
    const workflow = await rig.start('channelChat', { args: ARGS });
    await waitFor('listening', () => seen.listening === 1);
    await workflow.signal(rejoin);
    await waitFor('listening again', () => seen.listening === 2);
    assert.equal(seen.left, 1);
    await waitFor('the status', async () => (await workflow.query<ChannelChatStatus, []>(chatStatus)).rejoins === 1);
  });

  it('joins the room of the new login when the channel is renamed', async () => {
    const rooms: string[] = [];
    const { listenToChannel } = rig.activities;
    rig.activities.listenToChannel = async (input) => {
      rooms.push(input.channelLogin);
      await listenToChannel?.(input);
    };
    const workflow = await rig.start('channelChat', { args: ARGS });
    await waitFor('listening', () => rooms.length === 1);
    for (const channelLogin of ['haneul', 'zz\r\nPRIVMSG #victim :spam', 'newname', 'newname'])
      await workflow.signal(renamed, { channelLogin });
    await waitFor('the new room', () => rooms.length === 2);
    assert.deepEqual(rooms, ['haneul', 'newname']);
    const { channelId, channelLogin } = await workflow.query<ChannelChatStatus, []>(chatStatus);
    assert.deepEqual({ channelId, channelLogin }, { channelId: '7', channelLogin: 'newname' });
  });

  for (const channelLogin of ['zz\r\nPRIVMSG #victim :spam', '', '#haneul', 'a,b', undefined]) {
    it(`fails at once, with the remedy, for the login ${JSON.stringify(channelLogin)}`, async () => {
      const workflow = await rig.start('channelChat', { args: [{ channelId: '7', channelLogin }] });
      await assert.rejects(workflow.result(), (error: WorkflowFailedError) => {
        assert.match(error.cause?.message ?? '', /Expected the input \{"channelId"/);
        return true;
      });
      assert.equal(seen.listening, 0);
    });
  }

  it('rejoins even if the activity fails while leaving', async () => {
    const { listenToChannel } = rig.activities;
    let calls = 0;
    rig.activities.listenToChannel = async (input) => {
      calls += 1;
      if (calls > 1) return listenToChannel?.(input);
      const beats = setInterval(() => Context.current().heartbeat(), 100);
      await Context.current()
        .cancelled.catch(() => {})
        .finally(() => clearInterval(beats));
      throw new Error('the connection was lost while leaving');
    };
    const workflow = await rig.start('channelChat', { args: ARGS });
    await waitFor('listening', () => calls === 1);
    await workflow.signal(rejoin);
    await waitFor('listening again', () => seen.listening === 1);
  });

  it('keeps running, and shows why, when the activity fails without retry', async () => {
    rig.activities.listenToChannel = () => Promise.reject(ApplicationFailure.nonRetryable('the token cannot be read'));
    const workflow = await rig.start('channelChat', { args: ARGS });
    await waitFor('the reason', async () => {
      const { collectors } = await workflow.query<ChannelChatStatus, []>(chatStatus);
      return collectors[0]?.lastError === 'the token cannot be read';
    });
    assert.equal((await workflow.describe()).status.name, 'RUNNING');
  });

  it('ends as cancelled only when the activity has left', async () => {
    const workflow = await rig.start('channelChat', { args: ARGS });
    await waitFor('listening', () => seen.listening === 1);
    await workflow.cancel();
    await assert.rejects(
      workflow.result(),
      (error) => error instanceof WorkflowFailedError && error.cause instanceof CancelledFailure,
    );
    assert.equal(seen.left, 1);
  });

  it('shows leaving from the cancellation on, whatever a collector still reports', async () => {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const { listenToChannel } = rig.activities;
    rig.activities.listenToChannel = async (input) => {
      try {
        await listenToChannel?.(input);
      } finally {
        const beats = setInterval(() => Context.current().heartbeat(), 100);
        await released;
        clearInterval(beats);
      }
    };
    const workflow = await rig.start('channelChat', { args: ARGS });
    const state = async (): Promise<unknown> =>
      (await workflow.query<ChannelChatStatus, []>(chatStatus)).collectors[0]?.state;
    await waitFor('listening', () => seen.listening === 1);
    await workflow.signal(roomStateChanged, { taskQueue: 'chat', state: 'listening' });
    assert.equal(await state(), 'listening');
    await workflow.cancel();
    await waitFor('the collector to leave', () => seen.left === 1);
    assert.equal(await state(), 'leaving');
    await workflow.signal(roomStateChanged, { taskQueue: 'chat', state: 'listening' });
    assert.equal(await state(), 'leaving');
    release();
    await assert.rejects(workflow.result(), WorkflowFailedError);
  });

  it('shows waiting, whatever a collector still reports, and restarts at once on a rejoin', async () => {
    const { listenToChannel } = rig.activities;
    rig.activities.listenToChannel = () => Promise.reject(ApplicationFailure.nonRetryable('the token cannot be read'));
    const workflow = await rig.start('channelChat', { args: ARGS });
    const collector = async () => (await workflow.query<ChannelChatStatus, []>(chatStatus)).collectors[0];
    await waitFor('waiting', async () => (await collector())?.state === 'waiting');
    await workflow.signal(roomStateChanged, { taskQueue: 'chat', state: 'login refused' });
    assert.equal((await collector())?.state, 'waiting');
    rig.activities.listenToChannel = listenToChannel ?? assert.fail();
    await workflow.signal(rejoin);
    await waitFor('listening', () => seen.listening === 1);
    const { events } = await workflow.fetchHistory();
    assert.ok(
      events?.some((event) => event.timerCanceledEventAttributes),
      'the half minute was cut short',
    );
    assert.equal((await collector())?.rejoins, 1);
  });

  it('ends as cancelled, not as failed, when the collector fails while leaving', async () => {
    rig.activities.listenToChannel = async () => {
      seen.listening += 1;
      const beats = setInterval(() => Context.current().heartbeat(), 100);
      await Context.current()
        .cancelled.catch(() => {})
        .finally(() => clearInterval(beats));
      throw ApplicationFailure.nonRetryable('the connection was lost while leaving');
    };
    const workflow = await rig.start('channelChat', { args: ARGS });
    await waitFor('listening', () => seen.listening === 1);
    await workflow.cancel();
    await assert.rejects(
      workflow.result(),
      (error) => error instanceof WorkflowFailedError && error.cause instanceof CancelledFailure,
    );
  });

  it('keeps listening when the activity fails', async () => {
    let failures = 0;
    const { listenToChannel } = rig.activities;
    rig.activities.listenToChannel = async (input) => {
      if (failures === 0) {
        failures += 1;
        throw new Error('the connection is gone');
      }
      await listenToChannel?.(input);
    };
    await rig.start('channelChat', { args: ARGS });
    await waitFor('listening after a failure', () => seen.listening === 1);
  });

  describe('with two collectors', () => {
    const both = [{ ...ARGS[0], taskQueues: ['chat-a', 'chat-b'] }];
    /** The queues with a listener, and how often each started. */
    let listening: string[];
    let begun: Record<string, number>;

    beforeEach(() => {
      const here: string[] = [];
      const mine: Record<string, number> = {};
      [listening, begun] = [here, mine];
      rig.activities.listenToChannel = async () => {
        const { info, heartbeat, cancelled } = Context.current();
        mine[info.taskQueue] = (mine[info.taskQueue] ?? 0) + 1;
        here.push(info.taskQueue);
        const beats = setInterval(() => heartbeat(), 100);
        try {
          await cancelled;
        } finally {
          clearInterval(beats);
          here.splice(here.indexOf(info.taskQueue), 1);
        }
      };
    });

    it('lets each of them listen, and shows the state of each', async () => {
      const workflow = await rig.start('channelChat', { args: both });
      await waitFor('both', () => listening.length === 2);
      assert.deepEqual([...listening].sort(), ['chat-a', 'chat-b']);
      const { collectors } = await workflow.query<ChannelChatStatus, []>(chatStatus);
      assert.deepEqual(
        collectors.map(({ taskQueue, state }) => [taskQueue, state]),
        [
          ['chat-a', 'joining'],
          ['chat-b', 'joining'],
        ],
      );
    });

    it('continues with one while the other is away, and still ends', async () => {
      const workflow = await rig.start('channelChat', {
        args: [{ ...ARGS[0], taskQueues: ['chat-a', 'chat-nobody'] }],
      });
      await waitFor('the one', () => listening.length === 1);
      await workflow.cancel();
      await assert.rejects(workflow.result(), WorkflowFailedError);
      assert.deepEqual(listening, []);
    });

    it('does not affect one when the other fails without retry', async () => {
      const { listenToChannel } = rig.activities;
      rig.activities.listenToChannel = async (input) => {
        if (Context.current().info.taskQueue === 'chat-b') throw ApplicationFailure.nonRetryable('no token');
        await listenToChannel?.(input);
      };
      const workflow = await rig.start('channelChat', { args: both });
      await waitFor('the reason', async () => {
        const { collectors } = await workflow.query<ChannelChatStatus, []>(chatStatus);
        return collectors[1]?.lastError === 'no token' && collectors[0]?.lastError === null;
      });
      await waitFor('the other', () => listening.length === 1);
      assert.deepEqual(begun, { 'chat-a': 1 });
    });

    it('makes all of them rejoin on request', async () => {
      const workflow = await rig.start('channelChat', { args: both });
      await waitFor('both', () => listening.length === 2);
      await workflow.signal(rejoin);
      await waitFor('both again', () => begun['chat-a'] === 2 && begun['chat-b'] === 2 && listening.length === 2);
      await waitFor('the status', async () => (await workflow.query<ChannelChatStatus, []>(chatStatus)).rejoins === 1);
    });

    it('ends as cancelled only when the last of them has left', async () => {
      const { listenToChannel } = rig.activities;
      const release = Promise.withResolvers<void>();
      let lastLeft = false;
      rig.activities.listenToChannel = async (input) => {
        try {
          await listenToChannel?.(input);
        } finally {
          if (Context.current().info.taskQueue === 'chat-b') {
            const beats = setInterval(() => Context.current().heartbeat(), 100);
            await release.promise;
            clearInterval(beats);
            lastLeft = true;
          }
        }
      };
      const workflow = await rig.start('channelChat', { args: both });
      await waitFor('both', () => listening.length === 2);
      await workflow.cancel();
      await waitFor('the first to leave', async () => {
        const { collectors } = await workflow.query<ChannelChatStatus, []>(chatStatus);
        return collectors[0]?.state === 'leaving';
      });
      assert.equal((await workflow.describe()).status.name, 'RUNNING');
      release.resolve();
      await assert.rejects(
        workflow.result(),
        (error) => error instanceof WorkflowFailedError && error.cause instanceof CancelledFailure,
      );
      assert.equal(lastLeft, true);
    });
  });
});
