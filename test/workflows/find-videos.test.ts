import assert from 'node:assert/strict';
import { ApplicationFailure } from '@temporalio/common';
import type { VideosFound } from '../../activities/videos/index.ts';
import { workflowRig } from './rig.ts';

describe('findVideos()', () => {
  const rig = workflowRig();

  it('runs one round and returns its counts', async () => {
    const found = { asked: 3, failed: 1, videos: 2, days: 1, waiting: 0 };
    rig.activities = { askForVideos: async () => found };
    const workflow = await rig.start<VideosFound>('findVideos');
    assert.deepEqual(await workflow.result(), found);
  });

  it('fails with the round if a retry cannot help', async () => {
    const forbidden = ApplicationFailure.create({ message: 'HDFS refuses it', nonRetryable: true });
    rig.activities = { askForVideos: () => Promise.reject(forbidden) };
    await assert.rejects((await rig.start('findVideos')).result(), /Workflow execution failed/);
  });
});
