import { CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createDatabases } from '../../activities/duckdb/database.ts';
import { createHdfs } from '../../activities/hdfs/client.ts';
import { createKafka } from '../../activities/kafka/client.ts';
import { createLoadActivities } from '../../activities/load/index.ts';
import type { Log } from '../../common/log.ts';
import type { LoaderSettings } from './loader-settings.ts';

// A loader process, for tests that freeze and kill it. It loads until SIGTERM, then exits with code 0. A failed load
// is started again, as Temporal would do. Log lines go to stdout as JSON.
const settings = JSON.parse(process.argv[2] ?? '') as LoaderSettings;
const { brokers, hdfsUrl, hdfsUser, scratchDirectory, ...options } = settings;

const say = (message: string, facts: Record<string, unknown> = {}) =>
  void process.stdout.write(`${JSON.stringify({ message, ...facts })}\n`);
const log: Log = { debug: say, info: say, warn: say, error: say };
const activities = createLoadActivities({
  ...options,
  kafka: createKafka({ brokers, clientId: 'loader', log }),
  hdfs: createHdfs({ urls: [hdfsUrl], user: hdfsUser, log }),
  withDatabase: createDatabases({ memoryLimitMb: 256, threads: 1, scratchDirectory }),
  scratchDirectory,
  log,
});

let environment = new MockActivityEnvironment();
let isEnding = false;
process.once('SIGTERM', () => {
  isEnding = true;
  environment.cancel();
});
while (!isEnding) {
  try {
    await environment.run(() => activities.loadTopics());
  } catch (error) {
    if (!(error instanceof CancelledFailure)) say('the load failed', { error: String(error) });
  }
  environment = new MockActivityEnvironment();
}
