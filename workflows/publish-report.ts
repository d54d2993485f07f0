import { proxyActivities, setCurrentDetails } from '@temporalio/workflow';
import type { ReportActivities, ReportPublished } from '../activities/report/index.ts';
import { checkedDay } from './checked-input.ts';
import type { Day } from './hour.ts';
import { TASK_QUEUES } from './task-queues.ts';

export interface PublishReportInput {
  day: Day;
}

const { publishDay } = proxyActivities<ReportActivities>({
  taskQueue: TASK_QUEUES.refine,
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '15 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds', maximumAttempts: 20 },
  summary: 'query yellow, write the pages',
});

/** Publishes the report of one day from what yellow holds now. A page is replaced whole, so a reader never sees half of one. */
export async function publishReport(input: PublishReportInput): Promise<ReportPublished> {
  const day = checkedDay(input);
  const published = await publishDay({ day });
  setCurrentDetails(`Published [${published.page}]: ${published.messages} messages in ${published.channels} channels.`);
  return published;
}
