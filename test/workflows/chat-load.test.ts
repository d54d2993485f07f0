import assert from 'node:assert/strict';
import { Context } from '@temporalio/activity';
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { waitFor } from '../integration/wait-for.ts';
import { workflowRig } from './rig.ts';

describe('chatLoad()', () => {
  const rig = workflowRig();
  let seen: { loading: number };

  beforeEach(() => {
    const mine = { loading: 0 };
    seen = mine;
    rig.activities = {
      loadTopics: async () => {
        mine.loading += 1;
        const beats = setInterval(() => Context.current().heartbeat(), 100);
        await Context.current().cancelled.finally(() => clearInterval(beats));
      },
    };
  });

  it('loads without adding to its history', async () => {
    const workflow = await rig.start('chatLoad');
    await waitFor('loading', () => seen.loading === 1);
    const { events } = await workflow.fetchHistory();
    const types = (events ?? []).filter((event) => event.activityTaskScheduledEventAttributes);
    assert.deepEqual(
      types.map((event) => event.activityTaskScheduledEventAttributes?.activityType?.name),
      ['loadTopics'],
    );
    assert.equal((events ?? []).filter((event) => event.timerStartedEventAttributes).length, 0);
  });

  it('ends as cancelled when the loader has ended', async () => {
    const workflow = await rig.start('chatLoad');
    await waitFor('loading', () => seen.loading === 1);
    await workflow.cancel();
    await assert.rejects(
      workflow.result(),
      (error) => error instanceof WorkflowFailedError && error.cause instanceof CancelledFailure,
    );
  });

  it('fails when the loader fails without retry', async () => {
    rig.activities.loadTopics = () => Promise.reject(ApplicationFailure.nonRetryable('the topic was recreated'));
    const workflow = await rig.start('chatLoad');
    await assert.rejects(
      workflow.result(),
      (error) => error instanceof WorkflowFailedError && /the topic was recreated/.test(String(error.cause?.cause)),
    );
  });
});
