import assert from 'node:assert/strict';
import { Context } from '@temporalio/activity';
import { WorkflowFailedError } from '@temporalio/client';
import type { WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { chatStatus, rejoin, renamed, roomStateChanged } from '../../workflows/channel-chat.ts';
import type { ChannelChatStatus } from '../../workflows/channel-chat.ts';
import { CHANNEL_LOGIN, STATE } from '../../workflows/search-attributes.ts';
import { waitFor } from '../integration/wait-for.ts';
import { workflowRig } from './rig.ts';

const ARGS = [{ channelId: '7', channelLogin: 'haneul' }];

describe('channelChat, with a long history', () => {
  const rig = workflowRig();
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

  /** Each signal is only an event: no listener has this queue. */
  const grow = async (workflow: Pick<WorkflowHandle, 'signal'>): Promise<void> => {
    for (let batch = 0; batch < 21; batch += 1) {
      const send = () => workflow.signal(roomStateChanged, { taskQueue: 'chat-nobody', state: 'banned' });
      await Promise.all(Array.from({ length: 200 }, send));
    }
  };

  it('continues as new while no collector listens, and loses neither a signal nor its state', async function () {
    this.timeout(120_000);
    const { listenToChannel } = rig.activities;
    rig.activities.listenToChannel = () => Promise.reject(ApplicationFailure.nonRetryable('no token'));
    const workflow = await rig.start('channelChat', { args: ARGS });
    const status = () => workflow.query<ChannelChatStatus, []>(chatStatus);
    await waitFor('waiting', async () => (await status()).collectors[0]?.state === 'waiting');
    await workflow.signal(rejoin);
    await waitFor('a rejoin', async () => (await status()).rejoins === 1);
    const { runId } = await workflow.describe();
    // The critical signals arrive while the run ends and the next one starts.
    await Promise.all([
      grow(workflow),
      ...['one', 'two', 'three', 'newname'].map(async (channelLogin, index) => {
        await waitFor('some history', async () => (await workflow.describe()).historyLength > 1_000 * (index + 1));
        await workflow.signal(renamed, { channelLogin });
      }),
    ]);
    await waitFor('the next run', async () => (await workflow.describe()).runId !== runId, 60_000);
    const { channelLogin, collectors, rejoins } = await status();
    assert.equal(channelLogin, 'newname');
    assert.ok(rejoins >= 1, 'the count is kept');
    assert.equal(collectors[0]?.lastError, 'no token');
    await waitFor('the state of the new run', async () =>
      ['joining', 'waiting'].includes((await workflow.describe()).typedSearchAttributes.get(STATE) ?? ''),
    );
    assert.equal((await workflow.describe()).typedSearchAttributes.get(CHANNEL_LOGIN), 'newname');
    rig.activities.listenToChannel = listenToChannel ?? assert.fail();
    await workflow.signal(rejoin);
    await waitFor('listening in the next run', () => seen.listening === 1);
    await workflow.cancel();
    await assert.rejects(workflow.result(), WorkflowFailedError);
    assert.equal(seen.left, 1);
  });

  it('ends when it is cancelled, even at the moment of the continue-as-new', async function () {
    this.timeout(120_000);
    rig.activities.listenToChannel = () => Promise.reject(ApplicationFailure.nonRetryable('no token'));
    const workflow = await rig.start('channelChat', { args: ARGS });
    await Promise.all([
      grow(workflow).catch(() => {}),
      waitFor('the end of the history', async () => (await workflow.describe()).historyLength > 4_090).then(() =>
        workflow.cancel(),
      ),
    ]);
    await assert.rejects(
      workflow.result(),
      (error) => error instanceof WorkflowFailedError && error.cause instanceof CancelledFailure,
    );
  });

  it('does not continue as new while a collector listens', async function () {
    this.timeout(120_000);
    const workflow = await rig.start('channelChat', { args: ARGS });
    await waitFor('listening', () => seen.listening === 1);
    const { runId } = await workflow.describe();
    await grow(workflow);
    assert.equal((await workflow.describe()).runId, runId);
    assert.equal(seen.left, 0);
  });
});
