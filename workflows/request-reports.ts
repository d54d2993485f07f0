import { ParentClosePolicy, getExternalWorkflowHandle, startChild } from '@temporalio/workflow';
import { ApplicationFailure, WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { reportId } from './ids.ts';
import type { Day } from './hour.ts';
import { publishAgain, publishReport } from './publish-report.ts';

/** The type of the failure when the workflow to be signalled does not run. */
const NOT_FOUND = 'ExternalWorkflowExecutionNotFound';

/** Requests the report of each day, and does not wait until it is published. */
export async function requestReports(days: Day[]): Promise<void> {
  for (const day of days) await requestReport(day);
}

/**
 * Starts the report. If it is being published, that run may have read yellow before our rows were there, so it is asked to publish again. If
 * it has ended by then, the report is started again. No request is lost: a workflow cannot end before it has handled an accepted signal.
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
