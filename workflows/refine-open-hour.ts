import { patched, proxyActivities, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { HourRefined, RefineActivities } from '../activities/yellow/index.ts';
import { checkedHour } from './checked-input.ts';
import { hourOf } from './hour.ts';
import type { Hour } from './hour.ts';
import { PATCHES } from './patches.ts';
import { priorityOfHour } from './priorities.ts';
import { publishReportsOf } from './publish-reports-of.ts';
import { requestReports } from './request-reports.ts';
import { TASK_QUEUES } from './task-queues.ts';

/** The last lines of an hour are loaded within this after its end; and its own refinement may have to wait for others. */
const HOUR_BEFORE_MS = 5 * 60_000;

/**
 * What the Schedule `refine-open` starts every minute: yellow and the report of the hour that is still open, from the tiles that are
 * there, and of the hour before while it has just ended; by hand, of any `hour`. It promises nothing about completeness; the refinement of
 * the ended hour does.
 */
export async function refineOpenHour(input?: { hour?: Hour }): Promise<HourRefined> {
  const nowMs = workflowInfo().startTime.getTime();
  const hour = input === undefined ? hourOf(nowMs) : checkedHour(input);
  const before = hourOf(nowMs - HOUR_BEFORE_MS);
  const { refineHour } = proxyActivities<RefineActivities>({
    taskQueue: TASK_QUEUES.refine,
    startToCloseTimeout: '10 minutes',
    heartbeatTimeout: '15 seconds',
    retry: { initialInterval: '2 seconds', maximumInterval: '10 seconds', maximumAttempts: 5 },
    priority: priorityOfHour(hour, nowMs),
    summary: 'what red has of the open hour, to yellow',
  });

  const days = new Set<string>();
  if (input === undefined && before !== hour && patched(PATCHES.hourBefore)) {
    for (const day of (await refineHour({ hour: before, boundariesPath: null })).days) days.add(day);
  }
  const refined = await refineHour({ hour, boundariesPath: null });
  for (const day of refined.days) days.add(day);
  if (patched(PATCHES.reportsRequested)) await requestReports([...days]);
  else await publishReportsOf([...days]);
  setCurrentDetails(`${refined.lines} lines so far in ${refined.hour}.`);
  return refined;
}
