import { ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';
import type { Client, ScheduleOptions } from '@temporalio/client';
import { SCHEDULES } from '../../workflows/ids.ts';
import { TASK_QUEUES } from '../../workflows/task-queues.ts';

type ScheduleParts = Pick<ScheduleOptions, 'scheduleId' | 'spec'> & {
  workflowType: 'streamPoll' | 'refineEndedHour' | 'refineOpenHour' | 'loadStatus';
  workflowId: string;
  note: string;
  /** Starts missed in a stop that is no longer than this are caught up: a poll that was missed is history, an hour to refine is not. */
  catchupWindow: '1 minute' | '7 days';
  overlap: ScheduleOverlapPolicy;
};

/** The Schedules. Temporal appends the scheduled time to the ids of the workflows that they start. */
function schedules(pollEveryMinutes: number): ScheduleParts[] {
  return [
    {
      scheduleId: SCHEDULES.streamPoll,
      workflowType: 'streamPoll',
      workflowId: 'stream-poll',
      spec: { intervals: [{ every: `${pollEveryMinutes} minutes` }] },
      note: `Asks Helix for the live streams every ${pollEveryMinutes} min`,
      catchupWindow: '1 minute',
      overlap: ScheduleOverlapPolicy.SKIP,
    },
    {
      scheduleId: SCHEDULES.refineHourly,
      workflowType: 'refineEndedHour',
      workflowId: 'refine-hourly',
      spec: { calendars: [{ hour: '*', minute: 2, comment: '2 minutes past each hour' }] },
      note: 'Refines the hour that ended; a backfill refines old ones',
      catchupWindow: '7 days',
      // One by one: after a stop of a week there are 168 of them.
      overlap: ScheduleOverlapPolicy.BUFFER_ALL,
    },
    {
      scheduleId: SCHEDULES.refineOpen,
      workflowType: 'refineOpenHour',
      workflowId: 'refine-open',
      spec: { intervals: [{ every: '1 minute' }] },
      note: 'Refines what red has of the open hour',
      catchupWindow: '1 minute',
      overlap: ScheduleOverlapPolicy.SKIP,
    },
    {
      scheduleId: SCHEDULES.loadStatus,
      workflowType: 'loadStatus',
      workflowId: 'load-status',
      spec: { intervals: [{ every: '1 minute' }] },
      note: 'Looks up how far Kafka is loaded into red, and whether red is tiled',
      catchupWindow: '1 minute',
      overlap: ScheduleOverlapPolicy.SKIP,
    },
  ];
}

/** Creates each Schedule, or brings it up to date where it exists. A Schedule that somebody paused stays paused. */
export async function ensureSchedules(client: Client, pollEveryMinutes: number): Promise<void> {
  for (const parts of schedules(pollEveryMinutes)) {
    const options: ScheduleOptions = {
      scheduleId: parts.scheduleId,
      spec: parts.spec,
      action: {
        type: 'startWorkflow',
        workflowType: parts.workflowType,
        workflowId: parts.workflowId,
        taskQueue: TASK_QUEUES.orchestrate,
        args: [],
        staticSummary: parts.note,
      },
      policies: { overlap: parts.overlap, catchupWindow: parts.catchupWindow },
      state: { note: parts.note },
    };
    try {
      await client.schedule.create(options);
    } catch (error) {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
      await client.schedule
        .getHandle(parts.scheduleId)
        .update((found) => ({ ...found, ...options, state: found.state }));
    }
  }
}

/**
 * The first poll need not wait for the Schedule's clock; a paused Schedule is left alone. One poll at a time: what `trigger()` starts by
 * itself overlaps with all, and two polls of one time race for the live list.
 */
export async function pollNow(client: Client): Promise<void> {
  const poll = client.schedule.getHandle(SCHEDULES.streamPoll);
  if ((await poll.describe()).state.paused) return;
  await poll.trigger(ScheduleOverlapPolicy.SKIP);
}
