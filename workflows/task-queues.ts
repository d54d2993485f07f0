/**
 * Who does the work. Each kind of work has a queue of its own, so that chat never waits behind a refinement. The slots of its worker say how
 * many activities run at once. An activity that waits for a slot has not started, and its time-outs do not run yet.
 * - `orchestrate`: all workflows, and the short activities around Helix and Temporal
 * - `chat`: one long activity per live channel; where several collectors listen, each has a queue of its own, {@link chatQueue}
 * - `load`: the loader, one long activity, and the look at what it has loaded
 * - `red`: short looks at an ended hour: its boundaries, and whether its tiles cover them
 * - `compact`: one hour at a time, for the sake of the disk
 * - `refine`: refinements and reports, one at a time: neighbouring hours write to the same hour of yellow, and a report reads it
 */
export const TASK_QUEUES = {
  orchestrate: 'orchestrate',
  chat: 'chat',
  load: 'load',
  red: 'red',
  compact: 'compact',
  refine: 'refine',
} as const;

/** The queue of one of several collectors, which is also how a chat's status names it. */
export const chatQueue = (collector: string): string => `${TASK_QUEUES.chat}-${collector}`;
