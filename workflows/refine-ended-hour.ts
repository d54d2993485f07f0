import { ParentClosePolicy, executeChild, workflowInfo } from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { type Hour, addHours, hourOf } from './hour.ts';
import { hourlyRefinement } from './hourly-refinement.ts';
import { refinementId } from './ids.ts';

/**
 * What the Schedule `refine-hourly` starts, 2 minutes past the hour: it finds out which hour has ended, from the time it was scheduled
 * for and not from the clock, so that a backfill refines old hours; and runs the refinement under that hour's own id.
 */
export async function refineEndedHour(): Promise<{ hour: Hour }> {
  const hour = addHours(hourOf(scheduledTimeMs()), -1);
  try {
    await executeChild(hourlyRefinement, {
      workflowId: refinementId(hour),
      args: [{ hour }],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary: `Refine ${hour}`,
    });
  } catch (error) {
    // Somebody refines this very hour already: that run does what this one is for.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  return { hour };
}

/** The time for which a Schedule started this run, or the start time where a person started it. */
function scheduledTimeMs(): number {
  const { searchAttributes, startTime } = workflowInfo();
  const scheduled = searchAttributes['TemporalScheduledStartTime']?.[0];
  return scheduled instanceof Date ? scheduled.getTime() : startTime.getTime();
}
