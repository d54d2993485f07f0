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

/** The previous hour is refined too for this long: its last lines are still being loaded, and its own refinement may have to wait. */
const HOUR_BEFORE_MS = 5 * 60_000;

/**
 * Refines the open hour and publishes its report, from the tiles so far. Shortly after the hour it refines the previous one too. The Schedule
 * `refine-open` starts it every minute; people can start it for any `hour`. It does not guarantee completeness: `hourlyRefinement` does.
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
    summary: 'refine the open hour',
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
