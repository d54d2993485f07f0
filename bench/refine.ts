import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createDatabases } from '../activities/duckdb/database.ts';
import { createHdfs } from '../activities/hdfs/client.ts';
import { silentLog } from '../common/log.ts';
import { consoleProgress } from '../infra/local/progress.ts';
import { hdfsServer } from '../infra/local/servers.ts';
import { sparkInstallation } from '../infra/local/spark.ts';
import type { SparkInstallation } from '../infra/local/spark.ts';
import { figureOf, print } from './figure.ts';
import { writeRedHour } from './red-hour.ts';
import type { RefineResult } from './refine-process.ts';
import type { RefineOrder } from './refinement.ts';

const HOUR = '2026-11-25T12';
const LINES = 1_000_000;
/** An hour of 2,200 messages a second, about a fifth of all of Twitch. */
const MANY_LINES = 8_000_000;
const RUNS = 3;

/**
 * Measures the refinement of one hour, red → yellow, as the refiner does it on a real HDFS: download, DuckDB, upload, publish. Each run has a
 * process and a cache of its own. Spark refines the same hour after each run.
 */
export async function refine(): Promise<void> {
  const spark = await sparkInstallation(consoleProgress);
  const directory = await mkdtemp(join(tmpdir(), 'chatlake-bench-'));
  const server = await hdfsServer({ directory: join(directory, 'hdfs'), log: consoleProgress });
  const { url, user } = server.address;
  const hdfs = createHdfs({ urls: [url], user, log: silentLog });
  const withDatabase = createDatabases({ memoryLimitMb: 1024, threads: 2, scratchDirectory: directory });

  async function measure(run: string, lines: number, bySpark = false): Promise<RefineResult> {
    const root = `/bench-${run}`;
    const own = join(directory, run);
    await mkdir(own);
    await writeRedHour({ hdfs, root, withDatabase, directory: own }, HOUR, lines);
    const result = await runOnce(
      {
        ...{ hdfsUrl: url, hdfsUser: user, root, hour: HOUR, directory: own },
        ...(bySpark ? { sparkHome: spark.SPARK_HOME } : {}),
      },
      spark,
    );
    await hdfs.remove(root, { recursive: true });
    await rm(own, { recursive: true });
    const { seconds, cpuSeconds, peakMb } = result;
    consoleProgress.step(
      'refine',
      `run ${run}: ${lines} lines, ${seconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} CPU-s, ${peakMb.toFixed(0)} MB`,
    );
    return result;
  }

  try {
    const runs: RefineResult[] = [];
    const sparkRuns: RefineResult[] = [];
    for (let run = 1; run <= RUNS; run += 1) {
      runs.push(await measure(String(run), LINES));
      sparkRuns.push(await measure(`${run}-spark`, LINES, true));
    }
    const digests = new Set([...runs, ...sparkRuns].map(({ digest, rows }) => `${rows} rows, digest ${digest}`));
    if (digests.size !== 1) throw new Error(`Expected equal results of all runs, got ${[...digests].join('; ')}.`);
    const method = `median of ${RUNS} refinements of one compacted hour of ${LINES} lines on real HDFS, each in a process of its own, download and upload included; chat has ${[...digests].join()}`;
    const figures: [string, string, (run: RefineResult) => number][] = [
      ['rowsPerSecond', 'rows/s', ({ seconds }) => LINES / seconds],
      ['cpuSecondsPerMillion', 's', ({ cpuSeconds }) => (cpuSeconds * 1e6) / LINES],
      ['bytesPerRow', 'B', ({ bytes, rows }) => bytes / rows],
    ];
    for (const [figure, unit, of] of figures) print(figureOf(runs.map(of), { bench: 'refine', figure, unit, method }));
    const sparkMethod = `${method}; by Spark local[2], its start included`;
    const rowsPerSecond = sparkRuns.map(({ seconds }) => LINES / seconds);
    print(
      figureOf(rowsPerSecond, { bench: 'refine', figure: 'sparkRowsPerSecond', unit: 'rows/s', method: sparkMethod }),
    );
    const ratios = runs.map(({ seconds }, run) => (sparkRuns[run]?.seconds ?? NaN) / seconds);
    print(figureOf(ratios, { bench: 'refine', figure: 'timesAsFastAsSpark', unit: '×', method: sparkMethod }));
    const large = await measure('large', MANY_LINES);
    const largeMethod = `one hour of ${MANY_LINES} lines in ${large.seconds.toFixed(0)} s; chat has ${large.rows} rows`;
    print(figureOf([large.peakMb], { bench: 'refine', figure: 'peakMb', unit: 'MB', method: largeMethod }));
  } finally {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

async function runOnce(order: RefineOrder, environment: SparkInstallation): Promise<RefineResult> {
  const file = fileURLToPath(new URL('refine-process.ts', import.meta.url));
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const { stdout } = await promisify(execFile)('env', [...variables, process.execPath, file, JSON.stringify(order)]);
  return JSON.parse(stdout) as RefineResult;
}
