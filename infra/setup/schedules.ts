import { ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';
import type { Client, ScheduleOptions } from '@temporalio/client';
import { SCHEDULES } from '../../workflows/ids.ts';
import { TASK_QUEUES } from '../../workflows/task-queues.ts';

type ScheduleParts = Pick<ScheduleOptions, 'scheduleId' | 'spec'> & {
  workflowType: 'streamPoll' | 'refineEndedHour' | 'refineOpenHour' | 'loadStatus' | 'retainRed' | 'findVideos';
  workflowId: string;
  note: string;
  /** Temporal catches up starts that were missed within this time. A missed poll is useless later, but an hour must be refined. */
  catchupWindow: '1 minute' | '1 day' | '7 days';
  overlap: ScheduleOverlapPolicy;
};

/** Temporal appends the scheduled time to the workflow ids. */
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
      note: 'Refines the hour that has ended; a backfill refines old hours',
      catchupWindow: '7 days',
      // One after the other: after a stop of a week, 168 hours are waiting.
      overlap: ScheduleOverlapPolicy.BUFFER_ALL,
    },
    {
      scheduleId: SCHEDULES.refineOpen,
      workflowType: 'refineOpenHour',
      workflowId: 'refine-open',
      spec: { intervals: [{ every: '1 minute' }] },
      note: 'Refines the stored messages of the open hour',
      catchupWindow: '1 minute',
      overlap: ScheduleOverlapPolicy.SKIP,
    },
    {
      scheduleId: SCHEDULES.loadStatus,
      workflowType: 'loadStatus',
      workflowId: 'load-status',
      spec: { intervals: [{ every: '1 minute' }] },
      note: 'Checks how much of Kafka is stored, and whether the stored files have gaps',
      catchupWindow: '1 minute',
      overlap: ScheduleOverlapPolicy.SKIP,
    },
    {
      scheduleId: SCHEDULES.retainRed,
      workflowType: 'retainRed',
      workflowId: 'retain-red',
      spec: { calendars: [{ hour: 4, minute: 40, comment: 'once a day, at 04:40 UTC' }] },
      note: 'Removes received data older than RED_KEEP_DAYS that was refined, and refined chat older than YELLOW_KEEP_DAYS',
      catchupWindow: '1 day',
      overlap: ScheduleOverlapPolicy.SKIP,
    },
    {
      scheduleId: SCHEDULES.findVideos,
      workflowType: 'findVideos',
      workflowId: 'find-videos',
      spec: { intervals: [{ every: '1 minute' }] },
      note: 'Asks Helix for the recordings of some channels, each twice an hour',
      catchupWindow: '1 minute',
      overlap: ScheduleOverlapPolicy.SKIP,
    },
  ];
}

/** Creates or updates each Schedule. A paused Schedule stays paused. */
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
 * Starts the first poll immediately, unless the Schedule is paused. SKIP, because `trigger()` overlaps by default, and two concurrent
 * polls would race for the live list.
 */
export async function pollNow(client: Client): Promise<void> {
  const poll = client.schedule.getHandle(SCHEDULES.streamPoll);
  if ((await poll.describe()).state.paused) return;
  await poll.trigger(ScheduleOverlapPolicy.SKIP);
}
