import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createDatabases } from '../activities/duckdb/database.ts';
import { createHdfs } from '../activities/hdfs/client.ts';
import { silentLog } from '../common/log.ts';
import { consoleProgress } from '../infra/local/progress.ts';
import { hdfsServer } from '../infra/local/servers.ts';
import { figureOf, print } from './figure.ts';
import type { OpenHourRefined } from './open-hour-process.ts';
import { writeRedHour } from './red-hour.ts';
import type { RefineOrder } from './refinement.ts';

const HOUR = '2026-11-25T12';
const MESSAGES_PER_SECOND = 1_000;
const MINUTES = 60;

/**
 * Measures the refinement of an open hour, once a minute, by one process as the refiner does it on a real HDFS. The minutes follow each other
 * without a pause: each has one new tile for each of four partitions.
 */
export async function openHour(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'chatlake-bench-'));
  const server = await hdfsServer({ directory: join(directory, 'hdfs'), log: consoleProgress });
  const { url, user } = server.address;
  const hdfs = createHdfs({ urls: [url], user, log: silentLog });
  const withDatabase = createDatabases({ memoryLimitMb: 1024, threads: 2, scratchDirectory: directory });
  const root = '/bench-open-hour';
  const order: RefineOrder = { hdfsUrl: url, hdfsUser: user, root, hour: HOUR, directory };
  const child = fork(fileURLToPath(new URL('open-hour-process.ts', import.meta.url)), [JSON.stringify(order)]);
  try {
    const minutes: OpenHourRefined[] = [];
    for (let minute = 0; minute < MINUTES; minute += 1) {
      const part: [number, number] = [minute / MINUTES, (minute + 1) / MINUTES];
      await writeRedHour({ hdfs, root, withDatabase, directory }, HOUR, MESSAGES_PER_SECOND * 3_600, part);
      child.send('refine');
      const [refined] = (await once(child, 'message')) as [OpenHourRefined];
      minutes.push(refined);
      const { rows, seconds, cpuSeconds, peakMb } = refined;
      consoleProgress.step(
        'open hour',
        `minute ${minute + 1}: ${rows} rows, ${seconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} CPU-s, ${peakMb.toFixed(0)} MB`,
      );
    }
    const cpuSeconds = minutes.reduce((sum, refined) => sum + refined.cpuSeconds, 0);
    const about = {
      bench: 'open-hour',
      method: `${MINUTES} refinements of one growing hour of ${MESSAGES_PER_SECOND} messages a second on real HDFS; chat has ${minutes.at(-1)?.rows} rows at the end`,
    };
    print(figureOf([cpuSeconds / (MINUTES * 60)], { ...about, figure: 'coresUsed', unit: 'cores' }));
    const seconds = minutes.map((refined) => refined.seconds);
    print(figureOf(seconds, { ...about, figure: 'refinementSeconds', unit: 's' }));
  } finally {
    child.kill();
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  }
}
