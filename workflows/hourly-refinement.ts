import { defineQuery, proxyActivities, setCurrentDetails, setHandler } from '@temporalio/workflow';
import type { RefineActivities } from '../activities/yellow/index.ts';
import { checkedHour } from './checked-input.ts';
import type { Day, Hour } from './hour.ts';
import { publishReportsOf } from './publish-reports-of.ts';
import { TASK_QUEUES } from './task-queues.ts';

export interface HourlyRefinementInput {
  hour: Hour;
}

export interface RefinementProgress {
  hour: Hour;
  /** The last fact that is true: each says where a crash would leave us. */
  step: 'started' | 'boundariesTaken' | 'tilesCovered' | 'compacted' | 'refined' | 'reportsPublished';
  /** Lines of red of this hour, once it is refined. */
  lines: number;
  /** Hours of yellow that were written: this one, and those that late messages belong to. */
  hours: Hour[];
  days: Day[];
}

export const refinementProgress = defineQuery<RefinementProgress>('progress');

const { takeBoundaries } = proxyActivities<RefineActivities>({
  taskQueue: TASK_QUEUES.refine,
  startToCloseTimeout: '1 minute',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds' },
  summary: 'ask Kafka where the hour begins and ends',
});

const { waitForTiles } = proxyActivities<RefineActivities>({
  taskQueue: TASK_QUEUES.refine,
  startToCloseTimeout: '1 day',
  heartbeatTimeout: '15 seconds',
  retry: { initialInterval: '5 seconds', backoffCoefficient: 1 },
  summary: 'wait until red covers the hour',
});

const { compactHour } = proxyActivities<RefineActivities>({
  taskQueue: TASK_QUEUES.refine,
  startToCloseTimeout: '1 day',
  heartbeatTimeout: '15 seconds',
  retry: { initialInterval: '2 seconds', maximumInterval: '1 minute' },
  summary: 'many tiles to one',
});

const { refineHour } = proxyActivities<RefineActivities>({
  taskQueue: TASK_QUEUES.refine,
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '15 seconds',
  retry: { initialInterval: '2 seconds', maximumInterval: '1 minute' },
  summary: 'red to yellow',
});

/**
 * Refines one hour that has ended, and publishes the reports that it changes.
 *
 * *started* → the boundaries of the hour are taken from Kafka, once, and stored (*boundariesTaken*). Then red is watched until its
 * tiles cover them (*tilesCovered*): nothing waits on a clock to guess that an hour is complete. Its many tiles are united (*compacted*),
 * before yellow is made of them, so that its manifest names files that stay. The hour, and every earlier hour that a late message belongs
 * to, is written to yellow (*refined*), and the report of each day touched is published (*reportsPublished*). Each step does nothing the
 * second time, so a run that died is started again without harm.
 */
export async function hourlyRefinement(input: HourlyRefinementInput): Promise<RefinementProgress> {
  const hour = checkedHour(input);
  const progress: RefinementProgress = { hour, step: 'started', lines: 0, hours: [], days: [] };
  setHandler(refinementProgress, () => progress, { description: 'The last step that is done' });

  const boundaries = await takeBoundaries({ hour });
  progress.step = 'boundariesTaken';

  await waitForTiles({ hour, boundariesPath: boundaries.path });
  progress.step = 'tilesCovered';

  await compactHour({ hour });
  progress.step = 'compacted';

  const refined = await refineHour({ hour, boundariesPath: boundaries.path });
  Object.assign(progress, { step: 'refined', lines: refined.lines, hours: refined.hours, days: refined.days });

  await publishReportsOf(refined.days);
  progress.step = 'reportsPublished';
  setCurrentDetails(`${refined.lines} lines of ${hour}; yellow written for ${refined.hours.join(', ') || 'no hour'}.`);
  return progress;
}
