import { join } from 'node:path';
import { createDatabases } from '../activities/duckdb/database.ts';
import { openCachedFiles } from '../activities/hdfs/cached-files.ts';
import { createHdfs } from '../activities/hdfs/client.ts';
import { publish } from '../activities/report/publish.ts';
import { silentLog } from '../common/log.ts';
import { REFINER_DATABASE } from '../workers/slots.ts';
import type { Day } from '../workflows/hour.ts';

/** What a process publishes, as JSON in its argument. */
export interface PublishOrder {
  hdfsUrl: string;
  hdfsUser: string;
  root: string;
  directory: string;
  siteDirectory: string;
  day: Day;
}

/** Its answer to each message, which has the time of the publish in milliseconds. */
export interface Published {
  messages: number;
  seconds: number;
  cpuSeconds: number;
  peakMb: number;
}

const order = JSON.parse(process.argv[2] ?? '') as PublishOrder;
const { hdfsUrl, hdfsUser, directory, day } = order;
const hdfs = createHdfs({ urls: [hdfsUrl], user: hdfsUser, log: silentLog });
const files = await openCachedFiles(hdfs, join(directory, 'cache'), 2 ** 32);
const withDatabase = createDatabases({ ...REFINER_DATABASE, scratchDirectory: directory });

process.on('message', (nowMs: number) => {
  const [startedAt, cpuBefore] = [performance.now(), process.cpuUsage()];
  const deps = {
    ...{ hdfs, files, withDatabase, root: order.root, siteDirectory: order.siteDirectory },
    ...{ rollupsFile: join(directory, 'rollups.duckdb'), scratchDirectory: directory },
    ...{
      readSettings: async () => ({ showChatters: false }),
      readTroubles: async () => [],
      now: () => nowMs,
      log: silentLog,
    },
  };
  void publish(deps, day, new AbortController().signal).then(({ sums }) => {
    const { user, system } = process.cpuUsage(cpuBefore);
    const published: Published = {
      messages: sums.yellow,
      seconds: (performance.now() - startedAt) / 1000,
      cpuSeconds: (user + system) / 1e6,
      peakMb: process.resourceUsage().maxRSS / 1024,
    };
    process.send?.(published);
  });
});
