import { proxyActivities, setCurrentDetails } from '@temporalio/workflow';
import type { RetainActivities } from '../activities/retain/index.ts';
import { TASK_QUEUES } from './task-queues.ts';

const OPTIONS = {
  // They share the slot of compactions and erasures, which rewrite the same files.
  taskQueue: TASK_QUEUES.compact,
  startToCloseTimeout: '1 day',
  heartbeatTimeout: '15 seconds',
  retry: { initialInterval: '10 seconds', maximumInterval: '10 minutes' },
  priority: { priorityKey: 5 },
} as const;
const { removeOldRed } = proxyActivities<RetainActivities>({ ...OPTIONS, summary: 'remove old red' });
const { uniteOldDays } = proxyActivities<RetainActivities>({ ...OPTIONS, summary: 'unite old days of yellow' });

type Removed = Awaited<ReturnType<RetainActivities['removeOldRed']>>;
type United = Awaited<ReturnType<RetainActivities['uniteOldDays']>>;

/** What was removed from red, and united in yellow. */
export interface Retained extends Removed {
  united: United;
}

/**
 * Removes red that is older than `RED_KEEP_DAYS` and that yellow has taken, then unites the days of yellow whose red is gone. The Schedule
 * `retain-red` starts it once a day.
 */
export async function retainRed(): Promise<Retained> {
  const removed = await removeOldRed();
  const united = await uniteOldDays();
  setCurrentDetails(describe(removed, united));
  return { ...removed, united };
}

function describe({ hours, files, stoppedBy }: Removed, united: United): string {
  return [
    `${files} files of ${hours} hours of red removed.`,
    ...(stoppedBy === null ? [] : [`Stopped at ${stoppedBy}.`]),
    `${united.hours} hours of yellow united in ${united.days} days.`,
  ].join(' ');
}
