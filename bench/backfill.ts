import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, Connection, ScheduleOverlapPolicy } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { withHeartbeats } from '../activities/heartbeats.ts';
import { consoleProgress } from '../infra/local/progress.ts';
import { startTemporalServer } from '../infra/local/temporal-server.ts';
import { ensureSchedules } from '../infra/setup/schedules.ts';
import { SLOTS } from '../workers/slots.ts';
import { workflowBundle } from '../workers/workflow-bundle.ts';
import { addHours, dayOf, hourOf, hourStartMs } from '../workflows/hour.ts';
import { SCHEDULES } from '../workflows/ids.ts';
import { TASK_QUEUES } from '../workflows/task-queues.ts';
import { Freshness } from './backfill-freshness.ts';
import { print } from './figure.ts';

const HOURS = 200;
const MINUTES = 8;
/** What an hour of 1,000 messages a second takes on two cores, in seconds. */
const COMPACTION = 4;
const REFINEMENT = 18;
const OPEN_REFINEMENT = 6;
const PUBLISHING = 4;

/**
 * How old the open hour becomes on its page while a backfill of 200 hours is under way: on the real Temporal, with the real workflows,
 * Schedules and slots. The activities are stand-ins that take as long as real ones.
 */
export async function backfill(): Promise<void> {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  for (const overlap of [ScheduleOverlapPolicy.ALLOW_ALL, ScheduleOverlapPolicy.BUFFER_ALL]) {
    const ages = await measure(overlap);
    print({
      bench: 'backfill',
      figure: `openHourSeconds_${overlap}`,
      value: Math.max(...ages),
      unit: 's',
      spread: [Math.min(...ages), Math.max(...ages)],
      method:
        `the age of the open hour on its page, each second for ${MINUTES} minutes of a backfill of ${HOURS} hours (${overlap}); stand-ins: ` +
        `compaction ${COMPACTION} s, refinement ${REFINEMENT} s, of the open hour ${OPEN_REFINEMENT} s, publishing ${PUBLISHING} s`,
    });
  }
}

async function measure(overlap: ScheduleOverlapPolicy): Promise<number[]> {
  const directory = await mkdtemp(join(tmpdir(), 'chatlake-backfill-'));
  const server = await startTemporalServer({ directory: join(directory, 'temporal'), log: consoleProgress });
  const { address } = server.address;
  const connection = await Connection.connect({ address });
  const native = await NativeConnection.connect({ address });
  const client = new Client({ connection });
  const freshness = new Freshness();
  const activities = standIns(freshness);
  const workers = await Promise.all([
    Worker.create({
      connection: native,
      taskQueue: TASK_QUEUES.orchestrate,
      workflowBundle: await workflowBundle(directory),
    }),
    ...Object.entries(SLOTS).map(([taskQueue, maxConcurrentActivityTaskExecutions]) =>
      Worker.create({ connection: native, taskQueue, activities, maxConcurrentActivityTaskExecutions }),
    ),
  ]);
  const runs = workers.map((worker) => worker.run());
  try {
    await ensureSchedules(client, 60);
    const schedule = client.schedule.getHandle(SCHEDULES.refineHourly);
    const last = addHours(hourOf(Date.now()), -24);
    await schedule.backfill({
      start: new Date(hourStartMs(addHours(last, -HOURS))),
      end: new Date(hourStartMs(last)),
      overlap,
    });
    return await watch(freshness);
  } finally {
    for (const worker of workers) worker.shutdown();
    await Promise.all(runs);
    await native.close();
    await connection.close();
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

/** The ages from the first page on, in seconds. */
async function watch(freshness: Freshness): Promise<number[]> {
  const ages: number[] = [];
  while (ages.length < MINUTES * 60) {
    await delay(1_000);
    const age = freshness.age(Date.now());
    if (age !== undefined) ages.push(Math.round(age / 1_000));
    if (ages.length % 60 === 1)
      consoleProgress.step(
        'backfill',
        `${freshness.hoursRefined} hours refined, the open hour is ${ages.at(-1)} s old`,
      );
  }
  return ages;
}

const work = (seconds: number): Promise<void> => withHeartbeats(() => delay(seconds * 1_000));

function standIns(freshness: Freshness) {
  return {
    takeBoundaries: async ({ hour }: { hour: string }) => ({ path: `/boundaries/${hour}` }),
    waitForTiles: async () => ({ hasGaps: false }),
    compactHour: async () => {
      await work(COMPACTION);
      return { tilesBefore: 180, tilesAfter: 1 };
    },
    refineHour: async ({ hour }: { hour: string }) => {
      const startedAtMs = Date.now();
      const isOpen = hour === hourOf(startedAtMs);
      await work(isOpen ? OPEN_REFINEMENT : REFINEMENT);
      freshness.refined(isOpen ? startedAtMs : undefined);
      return { hour, lines: 3_600_000, hours: [hour], days: [dayOf(hour)] };
    },
    publishDay: async ({ day }: { day: string }) => {
      const isToday = day === dayOf(hourOf(Date.now()));
      const shows = freshness.read();
      await work(PUBLISHING);
      if (isToday) freshness.published(shows);
      return { page: `/${day}/`, messages: 0, channels: 0 };
    },
    readLoadStatus: async () => ({ partitions: [], tilingFaults: [] }),
  };
}
