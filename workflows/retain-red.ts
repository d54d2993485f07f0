import { proxyActivities, setCurrentDetails } from '@temporalio/workflow';
import type { RetainActivities } from '../activities/retain/index.ts';
import { TASK_QUEUES } from './task-queues.ts';

const { removeOldRed } = proxyActivities<RetainActivities>({
  // It shares the slot of compactions and erasures, which rewrite the same files.
  taskQueue: TASK_QUEUES.compact,
  startToCloseTimeout: '1 day',
  heartbeatTimeout: '15 seconds',
  retry: { initialInterval: '10 seconds', maximumInterval: '10 minutes' },
  priority: { priorityKey: 5 },
  summary: 'remove old red',
});

/** Removes red that is older than `RED_KEEP_DAYS` and that yellow has taken. The Schedule `retain-red` starts it once a day. */
export async function retainRed(): Promise<Awaited<ReturnType<RetainActivities['removeOldRed']>>> {
  const removed = await removeOldRed();
  const { hours, files, stoppedBy } = removed;
  setCurrentDetails(
    `${files} files of ${hours} hours removed.${stoppedBy === null ? '' : ` Stopped at ${stoppedBy}.`}`,
  );
  return removed;
}
