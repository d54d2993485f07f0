import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { lockDirectory } from '../common/directory-lock.ts';
import { localDisk } from '../common/disk.ts';
import { createDatabases } from '../activities/duckdb/database.ts';
import { readHealth } from '../activities/health/health.ts';
import { createHdfs } from '../activities/hdfs/client.ts';
import { listOffsetsByTime } from '../activities/kafka/admin.ts';
import { createKafka } from '../activities/kafka/client.ts';
import { TOPICS } from '../activities/kafka/topics.ts';
import { createGate } from '../activities/gate.ts';
import { createUnionFiles } from '../activities/compact/union-files.ts';
import { createReportActivities } from '../activities/report/index.ts';
import { openCachedFiles } from '../activities/hdfs/cached-files.ts';
import { createRefineActivities } from '../activities/yellow/index.ts';
import { createTileHours } from '../activities/yellow/tile-hours.ts';
import { createYellowWriter } from '../activities/yellow/files.ts';
import { TASK_QUEUES } from '../workflows/task-queues.ts';
import { parametersOf } from './clients.ts';
import { runWorker } from './run.ts';
import { openScratchDirectory } from './scratch-directory.ts';

/** That of the data directory, for one refiner at a time: a second one has a cache that goes with it. */
function cacheDirectory(dataDirectory: string, scratchDirectory: string): string {
  const caches = join(dataDirectory, 'cache');
  mkdirSync(caches, { recursive: true });
  return join(lockDirectory(caches, 'refiner') === undefined ? scratchDirectory : caches, 'refiner');
}

/** The most of HDFS that is kept on the local disk between refinements. */
const CACHE_BYTES = 4 * 1024 ** 3;

/** Red of many tiles to red of one, red to yellow, and yellow to reports. One process of these: refinements of neighbouring hours wait for each other inside it. */
await runWorker('refiner', async ({ config, log }) => {
  const scratch = await openScratchDirectory(config.DATA_DIR, 'refiner');
  const scratchDirectory = scratch.path;
  const kafka = createKafka({ brokers: config.KAFKA_BROKERS, clientId: 'chatlake-refiner', log });
  const hdfs = createHdfs({ urls: config.WEBHDFS_URL, user: config.HDFS_USER, log });
  const files = await openCachedFiles(hdfs, cacheDirectory(config.DATA_DIR, scratchDirectory), CACHE_BYTES);
  const withDatabase = createDatabases({ memoryLimitMb: 2048, threads: 2, scratchDirectory });
  const root = config.HDFS_ROOT;
  // Refinements of neighbouring hours touch the same hour of yellow, and a report reads it: one after the other.
  const oneAtATime = createGate(1);

  const activities = {
    ...createRefineActivities({
      hdfs,
      root,
      files,
      tileHours: createTileHours(withDatabase),
      writeYellowFiles: createYellowWriter(withDatabase),
      unionFiles: createUnionFiles(withDatabase),
      disk: localDisk,
      scratchDirectory,
      offsetsAt: (table, ms) => listOffsetsByTime(kafka, TOPICS[table], ms),
      oneAtATime,
      now: Date.now,
      log,
    }),
    ...createReportActivities({
      hdfs,
      root,
      files,
      withDatabase,
      siteDirectory: config.REPORT_DIR,
      readTroubles: async () => (await readHealth(parametersOf(config), Date.now())).troubles,
      oneAtATime,
      now: Date.now,
      log,
    }),
  };

  return {
    workers: [
      {
        taskQueue: TASK_QUEUES.refine,
        activities,
        // Waiting for red holds a slot and does nothing: a backfill of days must not keep the open hour waiting.
        maxConcurrentActivityTaskExecutions: 200,
        shutdownGraceTime: '5 seconds',
        shutdownForceTime: '60 seconds',
      },
    ],
    close: () => scratch.close(),
  };
});
