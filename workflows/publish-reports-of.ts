import { ParentClosePolicy, executeChild, sleep } from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { reportId } from './ids.ts';
import type { Day } from './hour.ts';
import { publishReport } from './publish-report.ts';

/**
 * Publishes the reports one after the other, and waits for them. Used by `forgetUser`, and by refinements of 0.1.0; see `patches.ts`. A running publish may have read yellow before this
 * refinement was finished, so it waits for its end and publishes again.
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
