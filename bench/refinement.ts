import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { createDatabases } from '../activities/duckdb/database.ts';
import type { WithDatabase } from '../activities/duckdb/database.ts';
import { openCachedFiles } from '../activities/hdfs/cached-files.ts';
import { createHdfs } from '../activities/hdfs/client.ts';
import { readFileSystem } from '../activities/hdfs/file-system.ts';
import { NOBODY } from '../activities/opt-out/list.ts';
import { createSparkSubmit } from '../activities/spark/submit.ts';
import { createDuckdbEngine } from '../activities/yellow/duckdb-engine.ts';
import type { DuckdbEngineDeps } from '../activities/yellow/duckdb-engine.ts';
import type { RefineEngine } from '../activities/yellow/engine.ts';
import { createYellowWriter } from '../activities/yellow/files.ts';
import { readManifest, tablePath } from '../activities/yellow/manifest.ts';
import { createPieceParser } from '../activities/yellow/pieces.ts';
import { refineRedHour } from '../activities/yellow/refinement.ts';
import { createSparkEngine } from '../activities/yellow/spark-engine.ts';
import { createTileHours } from '../activities/yellow/tile-hours.ts';
import { localDisk } from '../common/disk.ts';
import { silentLog } from '../common/log.ts';
import { REFINER_DATABASE } from '../workers/slots.ts';
import type { Hour } from '../workflows/hour.ts';

/** What a process refines, as JSON in its argument. */
export interface RefineOrder {
  hdfsUrl: string;
  hdfsUser: string;
  root: string;
  hour: Hour;
  directory: string;
  /** Where Spark is, to refine with it. DuckDB refines by default. */
  sparkHome?: string;
}

export interface WrittenChat {
  rows: number;
  bytes: number;
  digest: string;
}

/** The refinement as the refiner has it, of one hour. */
export async function setUpRefinement(order: RefineOrder): Promise<{
  refine: (complete: boolean) => Promise<unknown>;
  readChat: () => Promise<WrittenChat>;
  /** Of this process, since its start. */
  cpuSeconds: () => number;
}> {
  const { hdfsUrl, hdfsUser, root, hour, directory } = order;
  const hdfs = createHdfs({ urls: [hdfsUrl], user: hdfsUser, log: silentLog });
  const files = await openCachedFiles(hdfs, join(directory, 'cache'), 2 ** 32);
  const withDatabase = createDatabases({ ...REFINER_DATABASE, scratchDirectory: directory });
  const shared = { hdfs, root, files, scratchDirectory: directory, disk: localDisk, now: Date.now };
  const deps = {
    ...shared,
    readOptOut: () => Promise.resolve(NOBODY),
    tileHours: createTileHours(withDatabase),
    engine: engineOf(order, { ...shared, withDatabase }),
  };
  return {
    refine: (complete) => refineRedHour(deps, hour, complete, new AbortController().signal),
    readChat: async () => {
      const chat = (await readManifest(hdfs, root, hour))?.tables.chat;
      const bytes = (await hdfs.status(tablePath(root, 'chat', hour)))?.length ?? 0;
      return { bytes, rows: chat?.rows ?? 0, digest: chat?.digest ?? '' };
    },
    cpuSeconds: () => {
      const { userCPUTime, systemCPUTime } = process.resourceUsage();
      return (userCPUTime + systemCPUTime) / 1e6;
    },
  };
}

function engineOf(
  order: RefineOrder,
  shared: Omit<DuckdbEngineDeps, 'parsePiece' | 'writeYellowFiles'> & { root: string; withDatabase: WithDatabase },
): RefineEngine {
  const { sparkHome, hdfsUrl, hdfsUser: user, directory } = order;
  const { withDatabase } = shared;
  if (sparkHome === undefined)
    return createDuckdbEngine({
      ...shared,
      parsePiece: createPieceParser(withDatabase),
      writeYellowFiles: createYellowWriter(withDatabase),
    });
  return createSparkEngine({
    ...shared,
    fileSystem: () => readFileSystem({ urls: [hdfsUrl], user }, undefined),
    submit: createSparkSubmit(
      { home: sparkHome, master: 'local[2]', propertiesFile: undefined, user },
      { logFile: join(directory, 'spark.log'), makeDirectory: () => mkdtemp(join(directory, 'spark-job-')) },
    ),
    report: () => {},
  });
}
