import assert from 'node:assert/strict';
import { ScheduleOverlapPolicy } from '@temporalio/client';
import type { Client, Connection } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { NativeConnection, Worker } from '@temporalio/worker';
import { ensureSearchAttributes } from '../../infra/setup/search-attributes.ts';
import { ensureSchedules } from '../../infra/setup/schedules.ts';
import { SLOTS } from '../../workers/slots.ts';
import { withHeartbeats } from '../../activities/heartbeats.ts';
import { addHours, dayOf, hourOf, hourStartMs } from '../../workflows/hour.ts';
import { SCHEDULES, refinementId, reportId } from '../../workflows/ids.ts';
import { TASK_QUEUES } from '../../workflows/task-queues.ts';
import { SERVERS_TIMEOUT_MS, temporal } from '../integration/servers.ts';
import { temporalNamespace } from '../integration/temporal-namespace.ts';
import { waitFor } from '../integration/wait-for.ts';
import { quietRuntime, workflowBundle } from './rig.ts';

const OLD_HOURS = 30;

/** The real queues and slots, in a namespace of their own, with activities that end when the test releases them. */
describe('the queues of the refiner, during a backfill', () => {
  let connection: Connection;
  let client: Client;
  let native: NativeConnection;
  let workers: Worker[] = [];
  let runs: Promise<void>[] = [];
  /** Activities that have started on the queue with one slot, in order. */
  let begun: string[];
  let waitsForRed: number;
  let mayEnd: PromiseWithResolvers<void>;

  /** An activity that keeps the slot until {@link next}. */
  const held = (name: string): Promise<void> =>
    withHeartbeats(async () => {
      begun.push(name);
      await mayEnd.promise;
    });

  /** Ends the activity that has the slot. @returns the next one that starts */
  async function next(): Promise<string> {
    const { length } = begun;
    const { resolve } = mayEnd;
    mayEnd = Promise.withResolvers();
    resolve();
    return waitFor('the next activity', () => begun[length]);
  }

  /** Ends activities one by one until `name` has started. @returns how many others started meanwhile */
  async function othersBefore(name: string): Promise<number> {
    for (let others = 0; ; others += 1) if ((await next()) === name) return others;
  }

  before(async function startWorkers() {
    this.timeout(SERVERS_TIMEOUT_MS);
    quietRuntime();
    let namespace: string;
    ({ client, connection, namespace } = await temporalNamespace('queues'));
    await ensureSearchAttributes(connection, namespace);
    native = await NativeConnection.connect({ address: (await temporal()).address });
    const activities = {
      takeBoundaries: async ({ hour }: { hour: string }) => ({ path: `/boundaries/${hour}` }),
      waitForTiles: async ({ hour }: { hour: string }) => {
        if (!hour.startsWith('2019')) return;
        waitsForRed += 1;
        throw ApplicationFailure.create({ message: 'the tiles of 2019 never come', category: 'BENIGN' });
      },
      compactHour: async () => ({ tilesBefore: 2, tilesAfter: 1 }),
      refineHour: async ({ hour }: { hour: string }) => {
        await held(`refine ${hour}`);
        return { hour, lines: 1, hours: [hour], days: [dayOf(hour)] };
      },
      publishGaps: async ({ hour }: { hour: string }) => ({ days: [dayOf(hour)], gaps: 0 }),
      publishDay: async ({ day }: { day: string }) => {
        await held(`publish ${day}`);
        return { page: `/${day}/`, messages: 1, channels: 1 };
      },
    };
    const bundle = await workflowBundle();
    workers = await Promise.all([
      Worker.create({ connection: native, namespace, taskQueue: TASK_QUEUES.orchestrate, workflowBundle: bundle }),
      ...Object.entries(SLOTS).map(([taskQueue, maxConcurrentActivityTaskExecutions]) =>
        Worker.create({ connection: native, namespace, taskQueue, activities, maxConcurrentActivityTaskExecutions }),
      ),
    ]);
    runs = workers.map((worker) => worker.run());
  });

  beforeEach(() => {
    begun = [];
    waitsForRed = 0;
    mayEnd = Promise.withResolvers();
  });

  afterEach(async function endAll() {
    this.timeout(180_000);
    mayEnd.resolve();
    mayEnd = { ...mayEnd, promise: Promise.resolve() };
    // It may have ended meanwhile.
    const end = (workflowId: string) =>
      client.workflow
        .getHandle(workflowId)
        .terminate()
        .catch(() => {});
    await waitFor('nothing to run', async () => {
      const running: string[] = [];
      for await (const { workflowId } of client.workflow.list({ query: "ExecutionStatus = 'Running'" }))
        running.push(workflowId);
      await Promise.all(running.map(end));
      return running.length === 0;
    });
  });

  after(async function stopWorkers() {
    this.timeout(120_000);
    for (const worker of workers) worker.shutdown();
    await Promise.all(runs);
    for (const scheduleId of Object.values(SCHEDULES))
      await client.schedule
        .getHandle(scheduleId)
        .delete()
        .catch(() => {});
    await native.close();
    await connection.close();
  });

  const refineHours = (first: string, count: number) =>
    Promise.all(
      Array.from({ length: count }, (_, index) => addHours(first, index)).map((hour) =>
        client.workflow.start('hourlyRefinement', {
          taskQueue: TASK_QUEUES.orchestrate,
          workflowId: refinementId(hour),
          args: [{ hour }],
        }),
      ),
    );

  const isScheduled = async (workflowId: string, activity: string): Promise<boolean> => {
    const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
    const scheduled = (events ?? []).map((event) => event.activityTaskScheduledEventAttributes?.activityType?.name);
    return scheduled.includes(activity);
  };

  it('run the open hour and its report before all waiting work', async function () {
    this.timeout(180_000);
    const old = await refineHours('2020-01-01T00', OLD_HOURS);
    await waitFor('all of them in line', async () => {
      const ready = await Promise.all(old.map(({ workflowId }) => isScheduled(workflowId, 'refineHour')));
      return ready.every(Boolean);
    });
    assert.equal(begun.length, 1, 'one at a time');

    const hour = hourOf(Date.now());
    await client.workflow.start('refineOpenHour', {
      taskQueue: TASK_QUEUES.orchestrate,
      workflowId: 'refine-open',
      args: [{ hour }],
    });
    await waitFor('the open hour in line', () => isScheduled('refine-open', 'refineHour'));
    assert.ok((await othersBefore(`refine ${hour}`)) <= 1);
    await next();
    await waitFor('its report in line', () => isScheduled(reportId(dayOf(hour)), 'publishDay').catch(() => false));
    assert.ok((await othersBefore(`publish ${dayOf(hour)}`)) <= 1);
    assert.ok(begun.length < OLD_HOURS, 'old hours are still waiting');
  });

  it('keep no slot for hours that wait for red, however many there are', async function () {
    this.timeout(180_000);
    await refineHours('2019-01-01T00', 40);
    await waitFor('them to wait for red', () => waitsForRed >= 20);
    await refineHours('2020-02-01T00', 1);
    assert.equal(await waitFor('an hour that is complete', () => begun[0]), 'refine 2020-02-01T00');
  });

  it('run the hours of a catch-up one by one', async function () {
    this.timeout(180_000);
    await ensureSchedules(client, 60);
    const schedule = client.schedule.getHandle(SCHEDULES.refineHourly);
    assert.equal((await schedule.describe()).policies.overlap, ScheduleOverlapPolicy.BUFFER_ALL);
    // With the Schedule's own policy, as after a week without workers.
    await schedule.backfill({
      start: new Date(hourStartMs('2020-03-01T00')),
      end: new Date(hourStartMs('2020-03-08T00')),
    });
    assert.equal(await waitFor('the first', () => begun[0]), 'refine 2020-02-29T23');
    await waitFor('others to wait', async () => Number((await schedule.describe()).raw.info?.bufferSize) > 5);
    const started = async (): Promise<number> =>
      (await client.workflow.count("WorkflowType = 'refineEndedHour'")).count;
    assert.equal(await started(), 1);
    await othersBefore('refine 2020-03-01T00');
    await waitFor('the second', async () => (await started()) === 2);
  });
});
