import { createDatabases } from '../activities/duckdb/database.ts';
import { createHealthReport } from '../activities/health/health.ts';
import { loadGroupOf, topicsOf } from '../activities/kafka/topics.ts';
import { createLoadActivities } from '../activities/load/index.ts';
import { createForgottenReader } from '../activities/opt-out/forgotten.ts';
import { TASK_QUEUES } from '../workflows/task-queues.ts';
import { hdfsOf, kafkaOf, parametersOf } from './clients.ts';
import { runWorker } from './run.ts';
import { openScratchDirectory } from './scratch-directory.ts';

/** Loads Kafka into red. */
await runWorker('loader', async ({ config, log, meter }) => {
  const scratch = await openScratchDirectory(config.DATA_DIR, 'loader');
  const scratchDirectory = scratch.path;
  const kafka = kafkaOf(config, 'loader', log);
  const hdfs = hdfsOf(config, log);
  const parameters = parametersOf(config);
  const load = createLoadActivities({
    kafka,
    hdfs,
    root: config.HDFS_ROOT,
    topics: topicsOf(config.CHATLAKE_INSTALLATION),
    groupId: loadGroupOf(config.CHATLAKE_INSTALLATION),
    scratchDirectory,
    withDatabase: createDatabases({ memoryLimitMb: 512, threads: 1, scratchDirectory }),
    rotateSeconds: config.LOAD_ROTATE_SECONDS,
    readForgotten: createForgottenReader(parameters),
    meter,
    reportHealth: createHealthReport(parameters, 'load', log),
    log,
  });

  return {
    workers: [
      {
        taskQueue: TASK_QUEUES.load,
        activities: load,
        shutdownGraceTime: '1 second',
        shutdownForceTime: '60 seconds',
      },
    ],
    close: () => scratch.close(),
  };
});
