import { ParentClosePolicy, executeChild, patched, sleep, startChild, workflowInfo } from '@temporalio/workflow';
import type { ChildWorkflowOptions } from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { addHours, hourOf } from './hour.ts';
import type { Hour } from './hour.ts';
import { hourlyRefinement } from './hourly-refinement.ts';
import { refinementId } from './ids.ts';
import { PATCHES } from './patches.ts';
import { SCHEDULED_START_TIME } from './search-attributes.ts';

/** An hour that takes longer waits for red. It continues on its own, so that the next hours of the Schedule can start. */
const GIVE_WAY_AFTER = '10 minutes';

/**
 * Refines the hour that ended before the scheduled time, under the id of that hour. The Schedule `refine-hourly` starts it 2 minutes past
 * each hour. It uses the scheduled time and not the clock, so a backfill refines old hours. The Schedule starts one run after the other, so
 * backfills and catch-ups refine hour by hour.
 */
export async function refineEndedHour(): Promise<{ hour: Hour }> {
  const hour = addHours(hourOf(scheduledTimeMs()), -1);
  const options = {
    workflowId: refinementId(hour),
    args: [{ hour }] as [{ hour: Hour }],
    parentClosePolicy: ParentClosePolicy.ABANDON,
    staticSummary: `Refine ${hour}`,
  } satisfies ChildWorkflowOptions & { args: unknown[] };
  try {
    if (!patched(PATCHES.hoursGiveWay)) await executeChild(hourlyRefinement, options);
    else {
      const refinement = await startChild(hourlyRefinement, options);
      await Promise.race([refinement.result(), sleep(GIVE_WAY_AFTER)]);
    }
  } catch (error) {
    // The hour is already being refined.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  return { hour };
}

/** The scheduled time, or the start time if a person started the workflow. */
function scheduledTimeMs(): number {
  const { typedSearchAttributes, startTime } = workflowInfo();
  return (typedSearchAttributes.get(SCHEDULED_START_TIME) ?? startTime).getTime();
}
