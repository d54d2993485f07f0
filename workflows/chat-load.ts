import { ActivityCancellationType, continueAsNew, patched, proxyActivities } from '@temporalio/workflow';
import type { LoadActivities } from '../activities/load/index.ts';
import { chatLoadWithStatus } from './chat-load-with-status.ts';
import { PATCHES } from './patches.ts';
import { TASK_QUEUES } from './task-queues.ts';

const { loadTopics } = proxyActivities<LoadActivities>({
  taskQueue: TASK_QUEUES.load,
  startToCloseTimeout: '30 days',
  heartbeatTimeout: '15 seconds',
  retry: { initialInterval: '1 second', backoffCoefficient: 1 },
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  summary: 'copy Kafka to red, tile by tile',
});

/**
 * Loads Kafka into red, forever, with one activity that is retried without limit. `loadStatus` reports the progress. After a cancellation it
 * ends when the loader has committed what it has read.
 */
export async function chatLoad(): Promise<void> {
  if (!patched(PATCHES.statusBySchedule)) return chatLoadWithStatus();
  await loadTopics();
  await continueAsNew<typeof chatLoad>();
}
