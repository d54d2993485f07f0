import { ParentClosePolicy, executeChild, patched, sleep, startChild, workflowInfo } from '@temporalio/workflow';
import type { ChildWorkflowOptions } from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { addHours, hourOf } from './hour.ts';
import type { Hour } from './hour.ts';
import { hourlyRefinement } from './hourly-refinement.ts';
import { refinementId } from './ids.ts';
import { PATCHES } from './patches.ts';
import { SCHEDULED_START_TIME } from './search-attributes.ts';

/** An hour that is not refined after this waits for red. It goes on by itself, and the hours behind it in the Schedule get their turn. */
const GIVES_WAY_AFTER = '10 minutes';

/**
 * What the Schedule `refine-hourly` starts, 2 minutes past the hour: it finds out which hour has ended, from the time it was scheduled
 * for and not from the clock, so that a backfill refines old hours; and runs the refinement under that hour's own id. The Schedule starts
 * one after the other, so that a backfill and a catch-up take their hours one by one.
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
      await Promise.race([refinement.result(), sleep(GIVES_WAY_AFTER)]);
    }
  } catch (error) {
    // Somebody refines this very hour already: that run does what this one is for.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  return { hour };
}

/** The time for which a Schedule started this run, or the start time where a person started it. */
function scheduledTimeMs(): number {
  const { typedSearchAttributes, startTime } = workflowInfo();
  return (typedSearchAttributes.get(SCHEDULED_START_TIME) ?? startTime).getTime();
}
