import assert from 'node:assert/strict';
import { Context } from '@temporalio/activity';
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { type ChannelChatStatus, chatStatus, rejoin } from '../../workflows/channel-chat.ts';
import { waitFor } from '../integration/wait-for.ts';
import { workflowRig } from './rig.ts';

const args = [{ channelId: '7', channelLogin: 'haneul' }];

describe('channelChat({ channelId, channelLogin })', () => {
  const rig = workflowRig();
  /** What the listener of this test has done; the one of an earlier test may still be leaving. */
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

  it('listens, and says so', async () => {
    const workflow = await rig.start('channelChat', { args });
    await waitFor('listening', () => seen.listening === 1);
    assert.deepEqual(await workflow.query<ChannelChatStatus, []>(chatStatus), {
      ...args[0],
      state: 'listening',
      rejoins: 0,
      lastError: null,
    });
  });

  it('leaves the room and joins it anew when asked', async () => {
    const workflow = await rig.start('channelChat', { args });
    await waitFor('listening', () => seen.listening === 1);
    await workflow.signal(rejoin);
    await waitFor('listening again', () => seen.listening === 2);
    assert.equal(seen.left, 1);
    await waitFor('the status', async () => (await workflow.query<ChannelChatStatus, []>(chatStatus)).rejoins === 1);
  });

  it('joins anew when asked, although the activity failed on its way out', async () => {
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
    const workflow = await rig.start('channelChat', { args });
    await waitFor('listening', () => calls === 1);
    await workflow.signal(rejoin);
    await waitFor('listening again', () => seen.listening === 1);
  });

  it('lives on, and says why, when the activity fails for good', async () => {
    rig.activities.listenToChannel = () => Promise.reject(ApplicationFailure.nonRetryable('the token cannot be read'));
    const workflow = await rig.start('channelChat', { args });
    await waitFor('the reason', async () => {
      const { lastError } = await workflow.query<ChannelChatStatus, []>(chatStatus);
      return lastError === 'the token cannot be read';
    });
    assert.equal((await workflow.describe()).status.name, 'RUNNING');
  });

  it('ends as cancelled only when the activity has left', async () => {
    const workflow = await rig.start('channelChat', { args });
    await waitFor('listening', () => seen.listening === 1);
    await workflow.cancel();
    await assert.rejects(
      workflow.result(),
      (error) => error instanceof WorkflowFailedError && error.cause instanceof CancelledFailure,
    );
    assert.equal(seen.left, 1);
  });

  it('goes on listening when the activity fails', async () => {
    let failures = 0;
    const { listenToChannel } = rig.activities;
    rig.activities.listenToChannel = async (input) => {
      if (failures === 0) {
        failures += 1;
        throw new Error('the connection is gone');
      }
      await listenToChannel?.(input);
    };
    await rig.start('channelChat', { args });
    await waitFor('listening after a failure', () => seen.listening === 1);
  });
});
