import { TASK_QUEUES } from '../workflows/task-queues.ts';

/**
 * How many activities of the refiner's queues run at once. One compaction, because of the disk space. One refinement or report, because
 * neighbouring hours write to the same hour of yellow, and reports read it. A few checks of red: each lists some HDFS directories, and a
 * backfill may wait with a thousand hours.
 */
export const SLOTS = {
  [TASK_QUEUES.red]: 4,
  [TASK_QUEUES.compact]: 1,
  [TASK_QUEUES.refine]: 1,
} as const;

/**
 * The memory of one database of the refiner, and its threads. It is enough to sort 600,000 messages of usual length, some of them on disk; the
 * process takes about 350 MiB more. Red that does not fit is refined in smaller pieces.
 */
export const REFINER_DATABASE = { memoryLimitMb: 560, threads: 2 } as const;
