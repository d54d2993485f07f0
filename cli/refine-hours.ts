import { setTimeout as delay } from 'node:timers/promises';
import { WorkflowIdConflictPolicy } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import pMap from 'p-map';
import type { RefinementProgress, hourlyRefinement } from '../workflows/hourly-refinement.ts';
import { refinementId } from '../workflows/ids.ts';
import { TASK_QUEUES } from '../workflows/task-queues.ts';
import type { Hour } from '../workflows/hour.ts';

/** How many hours are under way at once. The queues of the refiner bound the work itself; more hours would only wait there. */
const HOURS_AT_ONCE = 4;
const LOOK_EVERY_MS = 1_000;

export interface HoursRefined {
  /** Hours that were refined. */
  hours: number;
  /** Their lines in red. */
  lines: number;
  /** Hours of yellow that were written. The others had not changed. */
  written: number;
  failed: { hour: Hour; reason: string }[];
}

/** What was done so far, and the last finished step of each hour that is under way. */
export type Refining = (done: HoursRefined, underWay: ReadonlyMap<Hour, RefinementProgress['step']>) => void;

/**
 * Refines hours that have ended, oldest first, each by its workflow. An hour that is already being refined is waited for. A failed hour does not
 * stop the others.
 * @param signal when it aborts, no more hours are started. Those under way go on.
 */
export async function refineHours(
  client: Client,
  hours: readonly Hour[],
  { refining, signal }: { refining: Refining; signal: AbortSignal },
): Promise<HoursRefined> {
  const done: HoursRefined = { hours: 0, lines: 0, written: 0, failed: [] };
  const underWay = new Map<Hour, RefinementProgress['step']>();
  await pMap(
    hours,
    async (hour) => {
      underWay.set(hour, 'started');
      refining(done, underWay);
      try {
        const refined = await refineHour(client, hour, signal, (step) => {
          underWay.set(hour, step);
          refining(done, underWay);
        });
        done.hours += 1;
        done.lines += refined.lines;
        done.written += refined.hours.length;
      } catch (error) {
        signal.throwIfAborted();
        done.failed.push({ hour, reason: causeOf(error) });
      }
      underWay.delete(hour);
      refining(done, underWay);
    },
    { concurrency: HOURS_AT_ONCE, signal },
  );
  return done;
}

async function refineHour(
  client: Client,
  hour: Hour,
  signal: AbortSignal,
  finishedStep: (step: RefinementProgress['step']) => void,
): Promise<RefinementProgress> {
  const handle = await client.workflow.start<typeof hourlyRefinement>('hourlyRefinement', {
    workflowId: refinementId(hour),
    taskQueue: TASK_QUEUES.orchestrate,
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    args: [{ hour }],
    staticSummary: `Refine ${hour}`,
  });
  const result = handle.result();
  result.catch(() => {});
  for (;;) {
    const refined = await Promise.race([result, delay(LOOK_EVERY_MS, undefined, { signal })]);
    if (refined !== undefined) return refined;
    const progress = await handle.query<RefinementProgress>('progress').catch(() => undefined);
    if (progress !== undefined) finishedStep(progress.step);
  }
}

/** The innermost cause: Temporal wraps the failure of an activity twice. */
function causeOf(error: unknown): string {
  const { cause, message } = error as Error;
  return cause === undefined ? message : causeOf(cause);
}
