import { proxyActivities, setCurrentDetails } from '@temporalio/workflow';
import type { RetainActivities } from '../activities/retain/index.ts';
import type { Day } from './hour.ts';
import { requestReports } from './request-reports.ts';
import { TASK_QUEUES } from './task-queues.ts';

const OPTIONS = {
  startToCloseTimeout: '1 day',
  heartbeatTimeout: '15 seconds',
  retry: { initialInterval: '10 seconds', maximumInterval: '10 minutes' },
  priority: { priorityKey: 5 },
} as const;
/** They share the slot of compactions and erasures, which rewrite the same files. */
const RED = { ...OPTIONS, taskQueue: TASK_QUEUES.compact } as const;
/** They share the slot of refinements and reports, which read local copies of the same files. */
const YELLOW = { ...OPTIONS, taskQueue: TASK_QUEUES.refine } as const;
const { removeOldRed } = proxyActivities<RetainActivities>({ ...RED, summary: 'remove old red' });
const { uniteOldDays } = proxyActivities<RetainActivities>({ ...RED, summary: 'unite old days of yellow' });
const { findOldYellow } = proxyActivities<RetainActivities>({ ...YELLOW, summary: 'find old days of yellow' });
const { removeOldYellow } = proxyActivities<RetainActivities>({ ...YELLOW, summary: 'remove old chat from yellow' });

/** It takes some seconds. Then the open hour has its turn. */
const DAYS_AT_ONCE = 30;

type Removed = Awaited<ReturnType<RetainActivities['removeOldRed']>>;
type United = Awaited<ReturnType<RetainActivities['uniteOldDays']>>;

/** Days of yellow of which what people wrote was removed. */
interface YellowRemoved {
  days: number;
  /** The oldest day that is old enough and has to wait; null if there is none. */
  waiting: Day | null;
}

/** What was removed from red, united in yellow, and removed from yellow. */
export interface Retained extends Removed {
  united: United;
  yellow: YellowRemoved;
}

/**
 * Removes old data. The Schedule `retain-red` starts it once a day. Each step is idempotent, so a failed run can be started again.
 *
 * - Red that is older than `RED_KEEP_DAYS` and that yellow has taken is removed.
 * - The days of yellow whose red is gone are united.
 * - What people wrote on days before `YELLOW_KEEP_DAYS` is removed from yellow, if that is set, and the reports of these days are requested.
 */
export async function retainRed(): Promise<Retained> {
  const removed = await removeOldRed();
  const united = await uniteOldDays();
  const { days, waiting } = await findOldYellow();
  const yellow = { days: 0, waiting };
  for (let from = 0; from < days.length; from += DAYS_AT_ONCE) {
    const some = days.slice(from, from + DAYS_AT_ONCE);
    yellow.days += (await removeOldYellow({ days: some })).days;
    await requestReports(some);
  }
  setCurrentDetails(describe({ ...removed, united, yellow }));
  return { ...removed, united, yellow };
}

function describe({ hours, files, stoppedBy, united, yellow }: Retained): string {
  return [
    `${files} files of ${hours} hours of red removed.`,
    ...(stoppedBy === null ? [] : [`Stopped at ${stoppedBy}.`]),
    `${united.hours} hours of yellow united in ${united.days} days.`,
    `What people wrote was removed from ${yellow.days} days of yellow.`,
    ...(yellow.waiting === null ? [] : [`${yellow.waiting} waits until its red is gone.`]),
  ].join(' ');
}
