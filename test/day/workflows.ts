import type { Client } from '@temporalio/client';
import { CHANNEL_LOGIN } from '../../workflows/search-attributes.ts';

/** One run of a workflow. */
export interface Run {
  id: string;
  /** For chats: the current login. */
  channelLogin: string | undefined;
  status: string;
  startedAtMs: number;
  endedAtMs: number | undefined;
}

/** All runs of a workflow type, oldest first. */
export async function readRuns(client: Client, workflowType: string): Promise<Run[]> {
  const runs: Run[] = [];
  for await (const info of client.workflow.list({ query: `WorkflowType = '${workflowType}'` })) {
    runs.push({
      id: info.workflowId,
      channelLogin: info.typedSearchAttributes.get(CHANNEL_LOGIN),
      status: info.status.name,
      startedAtMs: info.startTime.getTime(),
      endedAtMs: info.closeTime?.getTime(),
    });
  }
  return runs.sort((a, b) => a.startedAtMs - b.startedAtMs);
}

const MINUTE_MS = 60_000;
/** The Schedule starts a poll within this time. */
const STARTS_WITHIN_MS = 10_000;

/**
 * Problems with the polls of a time span: those that failed, and minutes without one. A minute in which the previous poll still runs has
 * none, as configured in the Schedule.
 */
export function pollProblems(polls: readonly Run[], fromMs: number, untilMs: number): string[] {
  const bad = polls.filter(({ status }) => status !== 'COMPLETED' && status !== 'RUNNING');
  const problems = bad.map(({ id, status }) => `the poll ${id} ended as ${status}`);
  for (
    let minute = Math.ceil(fromMs / MINUTE_MS) * MINUTE_MS;
    minute + STARTS_WITHIN_MS <= untilMs;
    minute += MINUTE_MS
  ) {
    const covered = polls.some(
      ({ startedAtMs, endedAtMs = Infinity }) =>
        (startedAtMs >= minute && startedAtMs < minute + STARTS_WITHIN_MS) ||
        (startedAtMs < minute && endedAtMs > minute),
    );
    if (!covered) problems.push(`the minute ${new Date(minute).toISOString()} has no poll`);
  }
  return problems;
}
