import { TASK_QUEUES } from '../workflows/task-queues.ts';

/**
 * How many activities of the refiner's queues run at once. One compaction, for the sake of the disk; one refinement or report, since
 * neighbouring hours write to the same hour of yellow, and a report reads it; and a few looks at red, each of which lists some directories
 * of HDFS, for a backfill may wait with a thousand hours.
 */
export const SLOTS = {
  [TASK_QUEUES.red]: 4,
  [TASK_QUEUES.compact]: 1,
  [TASK_QUEUES.refine]: 1,
} as const;
