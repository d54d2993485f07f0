import assert from 'node:assert/strict';
import { Context } from '@temporalio/activity';
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type { LoadStatus } from '../../activities/load/index.ts';
import { type ChatLoadStatus, loadStatus } from '../../workflows/chat-load.ts';
import { waitFor } from '../integration/wait-for.ts';
import { workflowRig } from './rig.ts';

/** What Temporal's own query for a workflow's details answers with. */
interface WorkflowMetadata {
  currentDetails?: string;
}

const status = {
  partitions: [{ table: 'chat', partition: 0, nextOffset: '5', endOffset: '7', lag: '2', tiles: 1 }],
  tilingFaults: [],
} as unknown as LoadStatus;

describe('chatLoad()', () => {
  const rig = workflowRig();
  let seen: { loading: number };

  beforeEach(() => {
    const mine = { loading: 0 };
    seen = mine;
    rig.activities = {
      readLoadStatus: async () => status,
      loadTopics: async () => {
        mine.loading += 1;
        const beats = setInterval(() => Context.current().heartbeat(), 100);
        await Context.current().cancelled.finally(() => clearInterval(beats));
      },
    };
  });

  it('loads, and tells what Kafka and red hold', async () => {
    const workflow = await rig.start('chatLoad');
    await waitFor('loading', () => seen.loading === 1);
    const told = await waitFor('the status', async () => {
      const found = await workflow.query<ChatLoadStatus, []>(loadStatus);
      return found.load !== null && found;
    });
    assert.deepEqual(told, { load: status, lastError: null });
  });

  it('shows in its details where red is not tiled', async () => {
    const fault = 'chat partition 0: offsets 4 up to 6 are in no tile and no gap record';
    rig.activities.readLoadStatus = async () => ({ ...status, tilingFaults: [fault] });
    const workflow = await rig.start('chatLoad');
    const details = await waitFor('the details', async () => {
      const metadata = await workflow.query<WorkflowMetadata, []>('__temporal_workflow_metadata');
      return metadata.currentDetails !== '' && metadata.currentDetails;
    });
    assert.match(details, /^\*\*Red is not tiled\*\*/);
    assert.ok(details.includes(`- ${fault}\n`));
    assert.ok(details.includes('| chat | 0 | 5 | 2 | 1 |'));
    const { load } = await workflow.query<ChatLoadStatus, []>(loadStatus);
    assert.deepEqual(load?.tilingFaults, [fault]);
  });

  it('goes on loading when the status cannot be read', async () => {
    rig.activities.readLoadStatus = () => Promise.reject(ApplicationFailure.nonRetryable('Kafka is away'));
    const workflow = await rig.start('chatLoad');
    await waitFor(
      'the error',
      async () => (await workflow.query<ChatLoadStatus, []>(loadStatus)).lastError === 'Kafka is away',
    );
    assert.equal((await workflow.describe()).status.name, 'RUNNING');
  });

  it('ends as cancelled once the loader has ended', async () => {
    const workflow = await rig.start('chatLoad');
    await waitFor('loading', () => seen.loading === 1);
    await workflow.cancel();
    await assert.rejects(
      workflow.result(),
      (error) => error instanceof WorkflowFailedError && error.cause instanceof CancelledFailure,
    );
  });

  it('fails loudly when the loader says that no retry can help', async () => {
    rig.activities.loadTopics = () => Promise.reject(ApplicationFailure.nonRetryable('the topic was made anew'));
    const workflow = await rig.start('chatLoad');
    await assert.rejects(
      workflow.result(),
      (error) => error instanceof WorkflowFailedError && /the topic was made anew/.test(String(error.cause?.cause)),
    );
  });
});
