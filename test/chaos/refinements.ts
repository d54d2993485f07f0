import { setTimeout as delay } from 'node:timers/promises';
import { WorkflowIdConflictPolicy } from '@temporalio/common';
import type { Client } from '@temporalio/client';
import { addHours, hourOf } from '../../workflows/hour.ts';
import type { refineOpenHour } from '../../workflows/refine-open-hour.ts';
import { TASK_QUEUES } from '../../workflows/task-queues.ts';

const PAUSE_MS = 2_000;

/** Keeps refining the hours of the run through Temporal, as the Schedule does each minute. */
export class Refinements {
  readonly #client: Client;
  readonly #startedAt: number;
  readonly #stopping = new AbortController();
  #latestStartMs = 0;
  #running: Promise<void> = Promise.resolve();

  constructor(client: Client, startedAt: number) {
    this.#client = client;
    this.#startedAt = startedAt;
  }

  /** Start of the latest refinement that completed. */
  get latestStartMs(): number {
    return this.#latestStartMs;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Waits for the running refinement. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  /** Refines each hour of the run once, starting now. */
  async once(): Promise<void> {
    const startMs = Date.now();
    for (let hour = hourOf(this.#startedAt); hour <= hourOf(Date.now()); hour = addHours(hour, 1)) {
      // A new id each time: a refinement that starts now must see the current red.
      const handle = await this.#client.workflow.start<typeof refineOpenHour>('refineOpenHour', {
        workflowId: `refine-open-${hour}-${startMs}`,
        taskQueue: TASK_QUEUES.orchestrate,
        args: [{ hour }],
        workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
      });
      await handle.result();
    }
    this.#latestStartMs = startMs;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      // Temporal may be away. The recovery check measures whether it comes back.
      await this.once().catch(() => {});
      await delay(PAUSE_MS, undefined, { signal }).catch(() => {});
    }
  }
}
