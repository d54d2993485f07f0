import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { localDisk } from '../common/disk.ts';
import { createDatabases } from '../activities/duckdb/database.ts';
import { readHealth } from '../activities/health/health.ts';
import { listOffsetsByTime, readLongestRetentionMs } from '../activities/kafka/admin.ts';
import { topicsOf } from '../activities/kafka/topics.ts';
import { createCompactActivities } from '../activities/compact/index.ts';
import { createUnionFiles } from '../activities/compact/union-files.ts';
import { createGapActivities } from '../activities/gaps/index.ts';
import { createReportActivities } from '../activities/report/index.ts';
import { readReportSettings } from '../activities/parameters/report-settings.ts';
import { createReportGauge } from '../activities/report/metrics.ts';
import { dropStore } from '../activities/report/rollup-store.ts';
import { createDayTables } from '../activities/retain/day-tables.ts';
import { createRetainActivities } from '../activities/retain/index.ts';
import { createRedActivities } from '../activities/red/index.ts';
import { openCachedFiles } from '../activities/hdfs/cached-files.ts';
import { createRefineActivities } from '../activities/yellow/index.ts';
import { createYellowGauges } from '../activities/yellow/metrics.ts';
import { createTileHours } from '../activities/yellow/tile-hours.ts';
import { createForgetActivities } from '../activities/forget/index.ts';
import { createRedactedFiles } from '../activities/forget/redacted-files.ts';
import { createYellowRedaction } from '../activities/forget/redact-yellow.ts';
import { createTraceCounter } from '../activities/forget/traces.ts';
import { readOptOut, troublesOf } from '../activities/opt-out/list.ts';
import { TASK_QUEUES } from '../workflows/task-queues.ts';
import { cacheDirectory } from './cache-directory.ts';
import { hdfsOf, kafkaOf, parametersOf } from './clients.ts';
import { refineEngineOf } from './refine-engine.ts';
import { runWorker } from './run.ts';
import { openScratchDirectory } from './scratch-directory.ts';
import { REFINER_DATABASE, SLOTS } from './slots.ts';

/** Limit for cached HDFS files after a refinement. */
const CACHE_BYTES = 4 * 1024 ** 3;

/** Checks and compacts red, refines yellow, publishes reports. Run only one: its slots run refinements and reports one after the other. */
await runWorker('refiner', async ({ config, log, meter }) => {
  const scratch = await openScratchDirectory(config.DATA_DIR, 'refiner');
  const scratchDirectory = scratch.path;
  const kafka = kafkaOf(config, 'refiner', log);
  const hdfs = hdfsOf(config, log);
  const files = await openCachedFiles(hdfs, cacheDirectory(config.DATA_DIR, scratchDirectory, 'refiner'), CACHE_BYTES);
  const withDatabase = createDatabases({ ...REFINER_DATABASE, scratchDirectory });
  const root = config.HDFS_ROOT;
  const topics = topicsOf(config.CHATLAKE_INSTALLATION);
  const parameters = parametersOf(config);
  const shared = { hdfs, root, files, scratchDirectory, disk: localDisk, now: Date.now, log };
  const red = createRedActivities({
    ...shared,
    offsetsAt: (table, ms) => listOffsetsByTime(kafka, topics[table], ms),
    hoursWithGaps: config.HOURS_WITH_GAPS,
  });
  const unionFiles = createUnionFiles(withDatabase);
  const compact = createCompactActivities({ ...shared, unionFiles });
  const dayTables = createDayTables(withDatabase);
  const refinement = {
    ...shared,
    tileHours: createTileHours(withDatabase),
    engine: refineEngineOf(config, { ...shared, withDatabase }),
    readOptOut: () => readOptOut(parameters),
  };
  const refine = createRefineActivities({ ...refinement, onRefined: createYellowGauges(meter) });
  const rollupsFile = join(cacheDirectory(config.DATA_DIR, scratchDirectory, 'report'), 'rollups.duckdb');
  const dropOtherCopies = (): Promise<void> =>
    rm(join(config.DATA_DIR, 'cache', 'query'), { recursive: true, force: true });
  const forget = createForgetActivities({
    ...refinement,
    dayTables,
    unionFiles,
    parameters,
    redactedFiles: createRedactedFiles(withDatabase),
    countTraces: createTraceCounter(withDatabase),
    redactYellow: createYellowRedaction(withDatabase),
    siteDirectory: config.REPORT_DIR,
    dropOtherCopies: async () => {
      await dropOtherCopies();
      await dropStore(rollupsFile);
    },
    readRetentionMs: () => readLongestRetentionMs(kafka, topics.chat),
  });
  const retain = createRetainActivities({
    ...shared,
    dayTables,
    tileHours: createTileHours(withDatabase, 0),
    keepDays: config.RED_KEEP_DAYS,
    yellowKeepDays: config.YELLOW_KEEP_DAYS,
    dropOtherCopies,
  });
  const gaps = createGapActivities({ ...shared, withDatabase });
  const report = createReportActivities({
    ...shared,
    withDatabase,
    rollupsFile,
    siteDirectory: config.REPORT_DIR,
    timeZone: config.REPORT_TIME_ZONE,
    onPublished: createReportGauge(meter),
    readSettings: () => readReportSettings(parameters),
    readTroubles: async () => [
      ...(await readHealth(parameters, Date.now())).troubles,
      ...troublesOf(await readOptOut(parameters)),
    ],
  });

  const worker = (taskQueue: keyof typeof SLOTS, activities: object) => ({
    taskQueue,
    activities,
    maxConcurrentActivityTaskExecutions: SLOTS[taskQueue],
    shutdownGraceTime: '5 seconds' as const,
    shutdownForceTime: '60 seconds' as const,
  });
  return {
    workers: [
      worker(TASK_QUEUES.red, { ...red, ...forget }),
      worker(TASK_QUEUES.compact, { ...compact, ...forget, ...retain }),
      // Workflows that started with 0.1.0 have all their activities on this queue.
      worker(TASK_QUEUES.refine, { ...red, ...compact, ...refine, ...gaps, ...report, ...forget, ...retain }),
    ],
    close: () => scratch.close(),
  };
});
