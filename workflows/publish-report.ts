import {
  continueAsNew,
  defineSignal,
  isCancellation,
  log,
  proxyActivities,
  rootCause,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { ReportActivities, ReportPublished } from '../activities/report/index.ts';
import { checkedDay } from './checked-input.ts';
import type { Day } from './hour.ts';
import { priorityOfDay } from './priorities.ts';
import { TASK_QUEUES } from './task-queues.ts';

export interface PublishReportInput {
  day: Day;
}

/** Publish again, because yellow has changed. All requests during one publish are served by one more publish. */
export const publishAgain = defineSignal('publishAgain');

/**
 * Publishes the report of one day from the current yellow, and again if a request arrived meanwhile. Pages are replaced atomically.
 */
export async function publishReport(input: PublishReportInput): Promise<ReportPublished> {
  const day = checkedDay(input);
  const { publishDay } = proxyActivities<ReportActivities>({
    taskQueue: TASK_QUEUES.refine,
    // The first publish makes the pages of all broadcasts of thirty days.
    startToCloseTimeout: '1 hour',
    heartbeatTimeout: '15 seconds',
    retry: { initialInterval: '1 second', maximumInterval: '30 seconds', maximumAttempts: 20 },
    priority: priorityOfDay(day, workflowInfo().startTime.getTime()),
    summary: 'query yellow and write the pages',
  });
  let isRequested: boolean;
  setHandler(publishAgain, () => void (isRequested = true), {
    description: 'Publish again, because yellow has changed',
  });

  for (;;) {
    // This publish serves all requests so far.
    isRequested = false;
    try {
      const published = await publishDay({ day });
      setCurrentDetails(
        `Published [${published.page}]: ${published.messages} messages in ${published.channels} channels.`,
      );
      if (!isRequested) return published;
    } catch (error) {
      // The change behind the request may have fixed the failure.
      if (!isRequested || isCancellation(error)) throw error;
      log.warn('report not published; another was requested', { day, reason: rootCause(error) });
    }
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof publishReport>({ day });
  }
}
