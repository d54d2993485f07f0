import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Context } from '@temporalio/activity';
import { Client, Connection } from '@temporalio/client';
import type { WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { NativeConnection, Worker } from '@temporalio/worker';
import { consoleProgress } from '../../infra/local/progress.ts';
import { startTemporalServer } from '../../infra/local/temporal-server.ts';
import { ensureSearchAttributes } from '../../infra/setup/search-attributes.ts';
import { TASK_QUEUES } from '../../workflows/task-queues.ts';
import { historyFile, isUnreleased, recordedTypes, setDirectory, toRecord, version } from './sets.ts';

/**
 * Records one history of each workflow with fake activities, into the set of this version (`make histories`). It adds missing
 * histories and overwrites none, because they guard against breaking changes. Only the set of an unreleased version may be recorded again
 * (`make histories ANEW=1`). A new version in package.json starts a new set.
 */
const { anew } = parseArgs({ options: { anew: { type: 'boolean', default: false } } }).values;
const changelog = readFileSync(new URL('../../CHANGELOG.md', import.meta.url), 'utf8');
if (anew && !isUnreleased(changelog, version)) {
  process.stderr.write(
    `Expected CHANGELOG.md to mark ${version} as unreleased: only then it may be recorded again. Set a new version in package.json, or leave ANEW out.\n`,
  );
  process.exit(78);
}

const untilCancelled = async (): Promise<void> => {
  const beats = setInterval(() => Context.current().heartbeat(), 200);
  await Context.current().cancelled.finally(() => clearInterval(beats));
};

/** The first day shows a login, so the days are repeated. */
let newLogins = 1;

const activities = {
  refreshToken: async () => ({
    account: 'chatlake',
    kind: 'app',
    expiresAt: '2026-11-25T16:00:00.000Z',
    obtainedAt: '2026-11-25T12:00:00.000Z',
  }),
  sweepStreams: async () => ({
    polledAt: '2026-11-25T12:00:00.000Z',
    path: '/chatlake/red/streams/poll',
    streams: 2,
    pages: 1,
    stoppedBy: 'last page',
  }),
  syncChats: async () => ({ started: 1, cancelled: 1, running: 2, reconciled: false }),
  listenToChannel: untilCancelled,
  loadTopics: untilCancelled,
  readLoadStatus: async () => ({
    partitions: [
      {
        table: 'chat',
        partition: 0,
        nextOffset: '5',
        endOffset: '7',
        lag: '2',
        tiles: 1,
        lastAppendedAt: null,
        tilingFaults: 1,
        gapLines: '0',
      },
    ],
    tilingFaults: ['chat partition 0: offsets 1 up to 2 are missing before hour=2026-11-25T14/p0-2-5.parquet'],
  }),
  takeBoundaries: async ({ hour }: { hour: string }) => ({ path: `/chatlake/red/boundaries/${hour}.json` }),
  waitForTiles: async () => ({ hasGaps: false }),
  compactHour: async () => ({ tilesBefore: 360, tilesAfter: 2 }),
  refineHour: async ({ hour }: { hour: string }) => ({ hour, lines: 3, hours: [hour], days: [hour.slice(0, 10)] }),
  publishGaps: async ({ hour }: { hour: string }) => ({ days: [hour.slice(0, 10)], gaps: 0 }),
  beginForgetting: async () => ({ days: ['2026-11-24', '2026-11-25'], kafkaUntil: '2026-12-09T12:00:00.000Z' }),
  eraseRedDay: async () => ({ rewritten: 1, lines: 3, newLogins: newLogins-- > 0 ? 1 : 0 }),
  findYellowHours: async ({ day }: { day: string }) => (day === '2026-11-25' ? ['2026-11-25T12'] : []),
  eraseYellowHour: async () => 'written',
  dropCopies: async () => {},
  proveDay: async () => ({ files: 4, traces: [] }),
  findPages: async () => [],
  waitForSpills: async () => {},
  removeOldRed: async () => ({ hours: 2, files: 9, stoppedBy: null }),
  uniteOldDays: async () => ({ days: 1, hours: 24 }),
  findOldYellow: async () => ({ days: ['2026-08-26'], waiting: null }),
  removeOldYellow: async ({ days }: { days: string[] }) => ({ days: days.length }),
  askForVideos: async () => ({ asked: 3, failed: 1, videos: 2, days: 1, waiting: 0 }),
  publishDay: async ({ day }: { day: string }) => ({ page: `/${day}/`, messages: 3, channels: 1 }),
};

type Ending = (handle: WorkflowHandle) => Promise<unknown>;
const ends: Ending = (handle) => handle.result();
const cancelled: Ending = async (handle) => {
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  await handle.cancel();
  await handle.result().catch(() => {});
};

const RECORDINGS: { type: string; args: unknown[]; ending: Ending }[] = [
  {
    type: 'tokenRefresh',
    args: [{ account: 'chatlake' }],
    ending: async (handle) => {
      await handle.executeUpdate('refreshNow');
      await handle.cancel();
      await handle.result().catch(() => {});
    },
  },
  { type: 'streamPoll', args: [], ending: ends },
  {
    type: 'channelChat',
    args: [{ channelId: '7', channelLogin: 'haneul', heartbeatSeconds: 15 }],
    ending: async (handle) => {
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      await handle.signal('rejoin');
      await cancelled(handle);
    },
  },
  { type: 'chatLoad', args: [], ending: cancelled },
  { type: 'loadStatus', args: [], ending: ends },
  { type: 'hourlyRefinement', args: [{ hour: '2026-11-25T12' }], ending: ends },
  { type: 'refineEndedHour', args: [], ending: ends },
  { type: 'refineOpenHour', args: [], ending: ends },
  { type: 'forgetUser', args: [{ userId: '40004' }], ending: ends },
  { type: 'retainRed', args: [], ending: ends },
  { type: 'findVideos', args: [], ending: ends },
  { type: 'publishReport', args: [{ day: '2026-11-25' }], ending: ends },
];

const directory = await mkdtemp(join(tmpdir(), 'chatlake-histories-'));
const server = await startTemporalServer({ directory, log: consoleProgress });
const connection = await Connection.connect({ address: server.address.address });
await ensureSearchAttributes(connection, 'default');
const native = await NativeConnection.connect({ address: server.address.address });
const client = new Client({ connection });
const workers = await Promise.all(
  Object.values(TASK_QUEUES).map((taskQueue) =>
    Worker.create({
      connection: native,
      taskQueue,
      activities,
      maxHeartbeatThrottleInterval: '200ms',
      ...(taskQueue === TASK_QUEUES.orchestrate
        ? { workflowsPath: fileURLToPath(new URL('../../workflows/index.ts', import.meta.url)) }
        : {}),
    }),
  ),
);
const runs = workers.map((worker) => worker.run());

const wanted = toRecord(
  RECORDINGS.map(({ type }) => type),
  recordedTypes(version),
  anew,
);
mkdirSync(setDirectory(version), { recursive: true });
for (const { type, args, ending } of RECORDINGS.filter(({ type }) => wanted.includes(type))) {
  const handle = await client.workflow.start(type, {
    taskQueue: TASK_QUEUES.orchestrate,
    workflowId: `recorded/${type}`,
    args,
  });
  await ending(handle);
  const history = JSON.parse(historyToJSON(await handle.fetchHistory())) as unknown;
  writeFileSync(historyFile(version, type), `${JSON.stringify(history, undefined, 1)}\n`);
  consoleProgress.step('recorded', `${type} of ${version}`);
}

for (const worker of workers) worker.shutdown();
await Promise.all(runs);
await native.close();
await connection.close();
await server.stop();
await rm(directory, { recursive: true, force: true });
process.exit();
