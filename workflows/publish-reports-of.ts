import { ParentClosePolicy, executeChild, sleep } from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { reportId } from './ids.ts';
import type { Day } from './hour.ts';
import { publishReport } from './publish-report.ts';

/**
 * As refinements of 0.1.0 did it; see `patches.ts`. Publishes the report of each day, one after the other. A report that is being published already was begun before our rows were in
 * yellow, perhaps: so it is waited out, and published again.
 */
export async function publishReportsOf(days: Day[]): Promise<void> {
  for (const day of days) {
    for (let published = false; !published;) {
      try {
        await executeChild(publishReport, {
          workflowId: reportId(day),
          args: [{ day }],
          parentClosePolicy: ParentClosePolicy.ABANDON,
          staticSummary: `Report of ${day}`,
        });
        published = true;
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
        await sleep('2 seconds');
      }
    }
  }
}
