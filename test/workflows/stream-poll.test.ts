import assert from 'node:assert/strict';
import type { StreamPollProgress } from '../../workflows/stream-poll.ts';
import { workflowRig } from './rig.ts';

describe('streamPoll()', () => {
  const rig = workflowRig();

  it('sweeps, then starts and cancels chats, and returns the counts', async () => {
    const calls: string[] = [];
    rig.activities = {
      sweepStreams: async () => {
        calls.push('sweep');
        return {
          polledAt: '2026-11-25T12:00:00.000Z',
          path: '/red/streams/poll',
          streams: 3,
          pages: 1,
          stoppedBy: 'last page',
          seconds: 2,
          leftOut: ['channels: gone_login'],
          notes: ['No user is logged in for the account b.'],
        };
      },
      syncChats: async () => {
        calls.push('sync');
        return { started: 2, cancelled: 1, running: 3, reconciled: false };
      },
    };
    const workflow = await rig.start<StreamPollProgress>('streamPoll');
    assert.deepEqual(await workflow.result(), {
      step: 'done',
      streams: 3,
      pages: 1,
      path: '/red/streams/poll',
      seconds: 2,
      chatsStarted: 2,
      chatsCancelled: 1,
    });
    assert.deepEqual(calls, ['sweep', 'sync']);
  });
});
