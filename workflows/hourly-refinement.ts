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
import type { GapActivities } from '../activities/gaps/index.ts';
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
  /** The last finished step. Runs of 0.1.0 end with `reportsPublished`. */
  step:
    | 'started'
    | 'boundariesTaken'
    | 'publishedWithGaps'
    | 'tilesCovered'
    | 'compacted'
    | 'refined'
    | 'reportsRequested'
    | 'reportsPublished'
    | 'gapsPublished';
  /** Number of red lines of this hour, once it is refined. */
  lines: number;
  /** Hours of yellow that were written: this one, and the hours of late messages. */
  hours: Hour[];
  days: Day[];
}

export const refinementProgress = defineQuery<RefinementProgress>('progress');

/** No time-out includes the time in the queue: an hour may wait behind many others. */
function activitiesWith(priority: Priority) {
  const { takeBoundaries } = proxyActivities<RedActivities>({
    taskQueue: TASK_QUEUES.red,
    startToCloseTimeout: '1 minute',
    retry: { initialInterval: '1 second', maximumInterval: '30 seconds' },
    priority,
    summary: 'read the offsets of the hour from Kafka',
  });
  const { waitForTiles } = proxyActivities<RedActivities>({
    taskQueue: TASK_QUEUES.red,
    startToCloseTimeout: '5 minutes',
    retry: { initialInterval: '2 seconds', backoffCoefficient: 1.5, maximumInterval: '1 minute' },
    priority,
    summary: 'wait until red covers the hour',
  });
  const { compactHour } = proxyActivities<CompactActivities>({
    taskQueue: TASK_QUEUES.compact,
    startToCloseTimeout: '1 day',
    heartbeatTimeout: '15 seconds',
    retry: { initialInterval: '2 seconds', maximumInterval: '1 minute' },
    priority,
    summary: 'unite the tiles of the hour',
  });
  const { refineHour } = proxyActivities<RefineActivities>({
    taskQueue: TASK_QUEUES.refine,
    startToCloseTimeout: '1 hour',
    heartbeatTimeout: '15 seconds',
    retry: { initialInterval: '2 seconds', maximumInterval: '1 minute' },
    priority,
    summary: 'refine red to yellow',
  });
  const { publishGaps } = proxyActivities<GapActivities>({
    taskQueue: TASK_QUEUES.refine,
    startToCloseTimeout: '10 minutes',
    heartbeatTimeout: '15 seconds',
    retry: { initialInterval: '2 seconds', maximumInterval: '1 minute' },
    priority,
    summary: 'write the gaps of the day',
  });
  return { takeBoundaries, waitForTiles, compactHour, refineHour, publishGaps };
}

/**
 * Refines an hour that has ended, and requests the reports that change:
 *
 * - *boundariesTaken*: the boundaries of the hour were read from Kafka and stored, once.
 * - *publishedWithGaps*: only if a file of red is missing, and the settings say not to wait for it. The hour is in yellow without it, and the
 *   run goes on when the file is back.
 * - *tilesCovered*: the tiles of red cover the boundaries. No clock is used to guess that an hour is complete.
 * - *compacted*: the tiles are united. This comes before the refinement, so that the manifest names files that stay.
 * - *refined*: the hour, and earlier hours with late messages, are written to yellow.
 * - *reportsRequested*: the report of each changed day is requested.
 * - *gapsPublished*: the table of gaps is made of the coverage in yellow.
 *
 * All steps are idempotent, so a failed run can be started again.
 */
export async function hourlyRefinement(input: HourlyRefinementInput): Promise<RefinementProgress> {
  const hour = checkedHour(input);
  const progress: RefinementProgress = { hour, step: 'started', lines: 0, hours: [], days: [] };
  setHandler(refinementProgress, () => progress, { description: 'The last finished step' });
  const activities = activitiesWith(priorityOfHour(hour, workflowInfo().startTime.getTime()));

  const { path: boundariesPath } = await activities.takeBoundaries({ hour });
  progress.step = 'boundariesTaken';

  const refine = async (): Promise<void> => {
    const refined = await activities.refineHour({ hour, boundariesPath });
    Object.assign(progress, { lines: refined.lines, hours: refined.hours, days: refined.days });
  };
  // A run of 0.1.0 has no result here.
  const found = (await activities.waitForTiles({ hour, boundariesPath })) as { hasGaps: boolean } | undefined;
  if (found?.hasGaps === true) {
    await refine();
    await requestReports(progress.days);
    progress.step = 'publishedWithGaps';
    setCurrentDetails(`${hour} was published with gaps. It is made again when red has the missing files.`);
    await activities.waitForTiles({ hour, boundariesPath, untilWhole: true });
  }
  progress.step = 'tilesCovered';

  await activities.compactHour({ hour });
  progress.step = 'compacted';

  await refine();
  progress.step = 'refined';

  if (patched(PATCHES.reportsRequested)) {
    await requestReports(progress.days);
    progress.step = 'reportsRequested';
  } else {
    await publishReportsOf(progress.days);
    progress.step = 'reportsPublished';
  }
  if (patched(PATCHES.gapsPublished)) {
    await activities.publishGaps({ hour });
    progress.step = 'gapsPublished';
  }
  setCurrentDetails(`${progress.lines} lines of ${hour}. Hours written: ${progress.hours.join(', ') || 'none'}.`);
  return progress;
}
