import {
  defineQuery,
  patched,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { Priority } from '@temporalio/common';
import type { CompactActivities } from '../activities/compact/index.ts';
import type { RedActivities } from '../activities/red/index.ts';
import type { RefineActivities } from '../activities/yellow/index.ts';
import { checkedHour } from './checked-input.ts';
import type { Day, Hour } from './hour.ts';
import { PATCHES } from './patches.ts';
import { priorityOfHour } from './priorities.ts';
import { publishReportsOf } from './publish-reports-of.ts';
import { requestReports } from './request-reports.ts';
import { TASK_QUEUES } from './task-queues.ts';

export interface HourlyRefinementInput {
  hour: Hour;
}

export interface RefinementProgress {
  hour: Hour;
  /** The last fact that is true: each says where a crash would leave us. Runs of 0.1.0 end with `reportsPublished`. */
  step:
    'started' | 'boundariesTaken' | 'tilesCovered' | 'compacted' | 'refined' | 'reportsRequested' | 'reportsPublished';
  /** Lines of red of this hour, once it is refined. */
  lines: number;
  /** Hours of yellow that were written: this one, and those that late messages belong to. */
  hours: Hour[];
  days: Day[];
}

export const refinementProgress = defineQuery<RefinementProgress>('progress');

/** No time-out counts the time in line: an hour may wait behind many others. */
function activitiesWith(priority: Priority) {
  const { takeBoundaries } = proxyActivities<RedActivities>({
    taskQueue: TASK_QUEUES.red,
    startToCloseTimeout: '1 minute',
    retry: { initialInterval: '1 second', maximumInterval: '30 seconds' },
    priority,
    summary: 'ask Kafka where the hour begins and ends',
  });
  const { waitForTiles } = proxyActivities<RedActivities>({
    taskQueue: TASK_QUEUES.red,
    startToCloseTimeout: '5 minutes',
    retry: { initialInterval: '2 seconds', backoffCoefficient: 1.5, maximumInterval: '1 minute' },
    priority,
    summary: 'look again and again whether red covers the hour',
  });
  const { compactHour } = proxyActivities<CompactActivities>({
    taskQueue: TASK_QUEUES.compact,
    startToCloseTimeout: '1 day',
    heartbeatTimeout: '15 seconds',
    retry: { initialInterval: '2 seconds', maximumInterval: '1 minute' },
    priority,
    summary: 'many tiles to one',
  });
  const { refineHour } = proxyActivities<RefineActivities>({
    taskQueue: TASK_QUEUES.refine,
    startToCloseTimeout: '1 hour',
    heartbeatTimeout: '15 seconds',
    retry: { initialInterval: '2 seconds', maximumInterval: '1 minute' },
    priority,
    summary: 'red to yellow',
  });
  return { takeBoundaries, waitForTiles, compactHour, refineHour };
}

/**
 * Refines one hour that has ended, and requests the reports that it changes.
 *
 * *started* → the boundaries of the hour are taken from Kafka, once, and stored (*boundariesTaken*). Then red is looked at until its
 * tiles cover them (*tilesCovered*): nothing waits on a clock to guess that an hour is complete. Its many tiles are united (*compacted*),
 * before yellow is made of them, so that its manifest names files that stay. The hour, and every earlier hour that a late message belongs
 * to, is written to yellow (*refined*), and the report of each day touched is requested (*reportsRequested*). Each step does nothing the
 * second time, so a run that died is started again without harm.
 */
export async function hourlyRefinement(input: HourlyRefinementInput): Promise<RefinementProgress> {
  const hour = checkedHour(input);
  const progress: RefinementProgress = { hour, step: 'started', lines: 0, hours: [], days: [] };
  setHandler(refinementProgress, () => progress, { description: 'The last step that is done' });
  const activities = activitiesWith(priorityOfHour(hour, workflowInfo().startTime.getTime()));

  const { path: boundariesPath } = await activities.takeBoundaries({ hour });
  progress.step = 'boundariesTaken';

  await activities.waitForTiles({ hour, boundariesPath });
  progress.step = 'tilesCovered';

  await activities.compactHour({ hour });
  progress.step = 'compacted';

  const refined = await activities.refineHour({ hour, boundariesPath });
  Object.assign(progress, { step: 'refined', lines: refined.lines, hours: refined.hours, days: refined.days });

  if (patched(PATCHES.reportsRequested)) {
    await requestReports(refined.days);
    progress.step = 'reportsRequested';
  } else {
    await publishReportsOf(refined.days);
    progress.step = 'reportsPublished';
  }
  setCurrentDetails(`${refined.lines} lines of ${hour}; yellow written for ${refined.hours.join(', ') || 'no hour'}.`);
  return progress;
}
