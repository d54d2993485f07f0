/**
 * Each kind of work has its own queue, so chat never waits behind a refinement. The slots of a worker limit how many activities run at once. An
 * activity that waits for a slot has not started, so its start-to-close time-out does not run yet.
 *
 * - `orchestrate`: all workflows, and short activities with Helix and Temporal.
 * - `chat`: one long activity per live channel. With several collectors, each has its own queue: {@link chatQueue}.
 * - `load`: the loader, one long activity, and the load status.
 * - `red`: short checks of an ended hour: its boundaries, and whether tiles cover them. Also whether collectors have lines on disk.
 * - `compact`: one hour at a time, because of the disk space.
 * - `refine`: refinements and reports, one at a time: neighbouring hours write to the same hour of yellow, and reports read it.
 */
export const TASK_QUEUES = {
  orchestrate: 'orchestrate',
  chat: 'chat',
  load: 'load',
  red: 'red',
  compact: 'compact',
  refine: 'refine',
} as const;

/** The queue of one of several collectors. The status of a chat shows it too. */
export const chatQueue = (collector: string): string => `${TASK_QUEUES.chat}-${collector}`;
