import { setTimeout as delay } from 'node:timers/promises';
import { WorkflowIdConflictPolicy } from '@temporalio/common';
import type { Client } from '@temporalio/client';
import { addHours, hourOf } from '../../workflows/hour.ts';
import type { refineOpenHour } from '../../workflows/refine-open-hour.ts';
import { TASK_QUEUES } from '../../workflows/task-queues.ts';

const PAUSE_MS = 2_000;

/** Refines the hours of the run again and again, through Temporal, as the Schedule does each minute. */
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

  /** When the latest began of those that have ended well. */
  get latestStartMs(): number {
    return this.#latestStartMs;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** After the one that is under way. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  /** Refines each hour of the run once, from now on. */
  async once(): Promise<void> {
    const startMs = Date.now();
    for (let hour = hourOf(this.#startedAt); hour <= hourOf(Date.now()); hour = addHours(hour, 1)) {
      // An id of its own each time: what begins now must see what red has now.
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
      // Temporal may be away; whether it comes back is what recovery measures.
      await this.once().catch(() => {});
      await delay(PAUSE_MS, undefined, { signal }).catch(() => {});
    }
  }
}
