import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { createDatabases } from '../activities/duckdb/database.ts';
import { createHdfs } from '../activities/hdfs/client.ts';
import { silentLog } from '../common/log.ts';
import { consoleProgress } from '../infra/local/progress.ts';
import { hdfsServer } from '../infra/local/servers.ts';
import { addHours, dayOf, hourStartMs } from '../workflows/hour.ts';
import { figureOf, print } from './figure.ts';
import type { Published, PublishOrder } from './publish-process.ts';
import { writeHour, writeMonth } from './yellow-month.ts';

const HOURS = 30 * 24;
const MESSAGES = 18_000_000;
const FIRST_HOUR = '2026-10-27T00';
const RUNS = 3;

/**
 * Measures the publishing of a site of a hundred channels and thirty days as the refiner does it, on a real HDFS: once from nothing, then after
 * each of some hours that have changed.
 */
export async function publish(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'chatlake-bench-'));
  const server = await hdfsServer({ directory: join(directory, 'hdfs'), log: consoleProgress });
  const { url, user } = server.address;
  const hdfs = createHdfs({ urls: [url], user, log: silentLog });
  const own = join(directory, 'month');
  await mkdir(own);
  const withDatabase = createDatabases({ memoryLimitMb: 1024, threads: 2, scratchDirectory: own });
  const lake = { hdfs, root: '/bench-publish', withDatabase, directory: own };
  const lastHour = addHours(FIRST_HOUR, HOURS - 1);
  const siteDirectory = join(directory, 'site');
  const order: PublishOrder = {
    ...{ hdfsUrl: url, hdfsUser: user, root: lake.root, siteDirectory, day: dayOf(lastHour) },
    directory: join(directory, 'publisher'),
  };
  const child = fork(fileURLToPath(new URL('publish-process.ts', import.meta.url)), [JSON.stringify(order)]);
  let nowMs = hourStartMs(lastHour) + 3_600_000;
  const publishOnce = async (): Promise<Published> => {
    // All pages are due again.
    nowMs += 3_600_000;
    child.send(nowMs);
    const [published] = (await once(child, 'message')) as [Published];
    const { seconds, cpuSeconds, peakMb } = published;
    consoleProgress.step(
      'publish',
      `${seconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} CPU-s, ${peakMb.toFixed(0)} MB at most`,
    );
    return published;
  };
  const pages = async (): Promise<number> => (await readdir(join(siteDirectory, 'broadcasts'))).length;
  /** Older broadcasts have their pages some publishes later. */
  const publishRest = async (): Promise<Published[]> => {
    const rest: Published[] = [];
    for (let before = 0; before < (await pages());) {
      before = await pages();
      rest.push(await publishOnce());
    }
    return rest;
  };
  try {
    consoleProgress.step('publish', `writing ${MESSAGES} messages of yellow`);
    await writeMonth(lake, { firstHour: FIRST_HOUR, hours: HOURS, messages: MESSAGES });
    const first = await publishOnce();
    const rest = await publishRest();
    const again: Published[] = [];
    for (let run = 1; run <= RUNS; run += 1) {
      await withDatabase((connection) =>
        writeHour(lake, connection, lastHour, Math.floor((MESSAGES / HOURS) * (1 + run / 10))),
      );
      again.push(await publishOnce());
    }
    const site = await sizeOf(siteDirectory);
    const about = {
      bench: 'publish',
      method: `100 channels, 30 days, ${MESSAGES} messages of yellow on real HDFS, by one process; the site has ${site.files} files, ${Math.round(site.bytes / 1e6)} MB`,
    };
    print(figureOf([first.seconds], { ...about, figure: 'secondsFromNothing', unit: 's' }));
    print(figureOf(rest.map(({ seconds }) => seconds), { ...about, figure: 'secondsOfOlderBroadcasts', unit: 's' })); // prettier-ignore
    print(figureOf(again.map(({ seconds }) => seconds), { ...about, figure: 'secondsIncremental', unit: 's' })); // prettier-ignore
    print(figureOf([await largestPageKb(siteDirectory)], { ...about, figure: 'largestPageKb', unit: 'kB' }));
    print(figureOf([first.peakMb], { ...about, figure: 'peakMb', unit: 'MB' }));
  } finally {
    child.kill();
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

/** What a reader loads for the heaviest page, compressed, with the scripts and the style, but without plotly.js. */
async function largestPageKb(directory: string): Promise<number> {
  const names = await readdir(directory, { recursive: true });
  const compressed = async (name: string): Promise<number> => gzipSync(await readFile(join(directory, name))).length;
  let [page, assets] = [0, 0];
  for (const name of names) {
    if (name.endsWith('index.html')) page = Math.max(page, await compressed(name));
    if (/^assets\/(?!plotly).*\.(js|css)$/.test(name)) assets += await compressed(name);
  }
  return (page + assets) / 1e3;
}

async function sizeOf(directory: string): Promise<{ files: number; bytes: number }> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(file.parentPath, file.name))).size));
  return { files: files.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}
