import { proxyActivities, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { RefineActivities, HourRefined } from '../activities/yellow/index.ts';
import { checkedHour } from './checked-input.ts';
import { type Hour, hourOf } from './hour.ts';
import { publishReportsOf } from './publish-reports-of.ts';
import { TASK_QUEUES } from './task-queues.ts';

const { refineHour } = proxyActivities<RefineActivities>({
  taskQueue: TASK_QUEUES.refine,
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '15 seconds',
  retry: { initialInterval: '2 seconds', maximumInterval: '10 seconds', maximumAttempts: 5 },
  summary: 'what red has of the open hour, to yellow',
});

/**
 * What the Schedule `refine-open` starts every minute: yellow and the report of the hour that is still open, from the tiles that are
 * there; by hand, of any `hour`. It promises nothing about completeness; the refinement of the ended hour does.
 */
export async function refineOpenHour(input?: { hour?: Hour }): Promise<HourRefined> {
  const hour = input === undefined ? hourOf(workflowInfo().startTime.getTime()) : checkedHour(input);
  const refined = await refineHour({ hour, boundariesPath: null });
  await publishReportsOf(refined.days);
  setCurrentDetails(`${refined.lines} lines so far in ${refined.hour}.`);
  return refined;
}
