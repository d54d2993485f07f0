import { ParentClosePolicy, getExternalWorkflowHandle, startChild } from '@temporalio/workflow';
import { ApplicationFailure, WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { reportId } from './ids.ts';
import type { Day } from './hour.ts';
import { publishAgain, publishReport } from './publish-report.ts';

/** How Temporal's library says that nobody is there to be signalled. */
const NOT_FOUND = 'ExternalWorkflowExecutionNotFound';

/** Requests the report of each day. It is published soon, from what yellow holds by then; nobody waits for it. */
export async function requestReports(days: Day[]): Promise<void> {
  for (const day of days) await requestReport(day);
}

/**
 * Starts the report, or tells the run that is under way, which began before our rows were in yellow, perhaps. A run that ends between the
 * two is started anew. A signal that Temporal has taken is never lost: a workflow cannot end before it has seen it.
 */
async function requestReport(day: Day): Promise<void> {
  for (;;) {
    if (await isStarted(day)) return;
    if (await isTold(day)) return;
  }
}

async function isStarted(day: Day): Promise<boolean> {
  try {
    await startChild(publishReport, {
      workflowId: reportId(day),
      args: [{ day }],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary: `Report of ${day}`,
    });
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}

async function isTold(day: Day): Promise<boolean> {
  try {
    await getExternalWorkflowHandle(reportId(day)).signal(publishAgain);
    return true;
  } catch (error) {
    if (error instanceof ApplicationFailure && error.type === NOT_FOUND) return false;
    throw error;
  }
}
