/**
 * Who does the work. One queue per worker process, so that chat never waits behind a refinement:
 * - `orchestrate`: all workflows, and the short activities around Helix and Temporal
 * - `chat`: one long activity per live channel; where several collectors listen, each has a queue of its own, {@link chatQueue}
 * - `load`: the loader, one long activity
 * - `refine`: refinements and reports
 */
export const TASK_QUEUES = {
  orchestrate: 'orchestrate',
  chat: 'chat',
  load: 'load',
  refine: 'refine',
} as const;

/** The queue of one of several collectors, which is also how a chat's status names it. */
export const chatQueue = (collector: string): string => `${TASK_QUEUES.chat}-${collector}`;
