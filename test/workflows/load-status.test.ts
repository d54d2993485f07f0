import assert from 'node:assert/strict';
import { ApplicationFailure } from '@temporalio/common';
import type { LoadStatus } from '../../activities/load/index.ts';
import { waitFor } from '../integration/wait-for.ts';
import { workflowRig } from './rig.ts';

/** The answer of Temporal's own query for the details of a workflow. */
interface WorkflowMetadata {
  currentDetails?: string;
}

const status = {
  partitions: [{ table: 'chat', partition: 0, nextOffset: '5', endOffset: '7', lag: '2', tiles: 1 }],
  tilingFaults: [],
} as unknown as LoadStatus;

describe('loadStatus()', () => {
  const rig = workflowRig();

  it('returns the lag and the tiles', async () => {
    rig.activities = { readLoadStatus: async () => status };
    const workflow = await rig.start<LoadStatus>('loadStatus');
    assert.deepEqual(await workflow.result(), status);
  });

  it('shows tiling faults in its details', async () => {
    const fault = 'chat partition 0: offsets 4 up to 6 are missing before';
    rig.activities = { readLoadStatus: async () => ({ ...status, tilingFaults: [fault] }) };
    const workflow = await rig.start<LoadStatus>('loadStatus');
    const { tilingFaults } = await workflow.result();
    const { currentDetails = '' } = await workflow.query<WorkflowMetadata, []>('__temporal_workflow_metadata');
    assert.match(currentDetails, /^\*\*Red has holes or overlaps\*\*/);
    assert.ok(currentDetails.includes(`- ${fault}\n`));
    assert.ok(currentDetails.includes('| chat | 0 | 5 | 2 | 1 |'));
    assert.deepEqual(tilingFaults, [fault]);
  });

  it('retries, and shows why, while Kafka is away', async () => {
    let isAway = true;
    rig.activities = {
      readLoadStatus: async () => {
        if (isAway) throw ApplicationFailure.retryable('Kafka is away');
        return status;
      },
    };
    const workflow = await rig.start<LoadStatus>('loadStatus');
    await waitFor('the reason', async () => {
      const { raw } = await workflow.describe();
      return raw.pendingActivities?.some(({ lastFailure }) => lastFailure?.message === 'Kafka is away');
    });
    isAway = false;
    assert.deepEqual(await workflow.result(), status);
  });
});
