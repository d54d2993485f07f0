import { ParentClosePolicy, getExternalWorkflowHandle, startChild } from '@temporalio/workflow';
import { ApplicationFailure, WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { reportId } from './ids.ts';
import type { Day } from './hour.ts';
import { publishAgain, publishReport } from './publish-report.ts';

/** The failure type if the signalled workflow does not run. */
const NOT_FOUND = 'ExternalWorkflowExecutionNotFound';

/** Requests the report of each day without waiting for it. */
export async function requestReports(days: Day[]): Promise<void> {
  for (const day of days) await requestReport(day);
}

/**
 * Starts the report. If it is already running, that run may have read yellow too early, so it gets a signal to publish again. If it has ended by
 * then, the loop starts it again. No request is lost: a workflow cannot end before it has handled an accepted signal.
 */
async function requestReport(day: Day): Promise<void> {
  for (;;) {
    if (await startReport(day)) return;
    if (await signalReport(day)) return;
  }
}

/** @returns false if it already runs */
async function startReport(day: Day): Promise<boolean> {
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

/** @returns false if it does not run */
async function signalReport(day: Day): Promise<boolean> {
  try {
    await getExternalWorkflowHandle(reportId(day)).signal(publishAgain);
    return true;
  } catch (error) {
    if (error instanceof ApplicationFailure && error.type === NOT_FOUND) return false;
    throw error;
  }
}
