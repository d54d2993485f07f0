import { join } from 'node:path';
import { createDatabases } from '../activities/duckdb/database.ts';
import { openCachedFiles } from '../activities/hdfs/cached-files.ts';
import { createHdfs } from '../activities/hdfs/client.ts';
import { NOBODY } from '../activities/opt-out/list.ts';
import { createDuckdbEngine } from '../activities/yellow/duckdb-engine.ts';
import { createYellowWriter } from '../activities/yellow/files.ts';
import { createPieceParser } from '../activities/yellow/pieces.ts';
import { readManifest, tablePath } from '../activities/yellow/manifest.ts';
import { refineRedHour } from '../activities/yellow/refinement.ts';
import { createTileHours } from '../activities/yellow/tile-hours.ts';
import { localDisk } from '../common/disk.ts';
import { silentLog } from '../common/log.ts';
import { REFINER_DATABASE } from '../workers/slots.ts';
import type { Hour } from '../workflows/hour.ts';

/** The input of one run, as JSON in the argument. */
export interface RefineOrder {
  hdfsUrl: string;
  hdfsUser: string;
  root: string;
  hour: Hour;
  directory: string;
}

/** The result, as JSON on stdout: of the table chat, and of the whole process. */
export interface RefineResult {
  seconds: number;
  cpuSeconds: number;
  peakMb: number;
  rows: number;
  bytes: number;
  digest: string;
}

const ORDER = JSON.parse(process.argv[2] ?? '') as RefineOrder;
const { root, hour, directory } = ORDER;
const hdfs = createHdfs({ urls: [ORDER.hdfsUrl], user: ORDER.hdfsUser, log: silentLog });
const files = await openCachedFiles(hdfs, join(directory, 'cache'), 2 ** 32);
const withDatabase = createDatabases({ ...REFINER_DATABASE, scratchDirectory: directory });
const shared = { hdfs, root, files, scratchDirectory: directory, disk: localDisk, now: Date.now };
const engine = createDuckdbEngine({
  ...shared,
  parsePiece: createPieceParser(withDatabase),
  writeYellowFiles: createYellowWriter(withDatabase),
});

const cpuSeconds = (): number => {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  return (userCPUTime + systemCPUTime) / 1e6;
};

async function measure(): Promise<RefineResult> {
  const startedAt = performance.now();
  const cpuBefore = cpuSeconds();
  const deps = {
    ...shared,
    readOptOut: () => Promise.resolve(NOBODY),
    tileHours: createTileHours(withDatabase),
    engine,
  };
  await refineRedHour(deps, hour, true, new AbortController().signal);
  const seconds = (performance.now() - startedAt) / 1000;
  const used = { seconds, cpuSeconds: cpuSeconds() - cpuBefore, peakMb: process.resourceUsage().maxRSS / 1024 };
  const chat = (await readManifest(hdfs, root, hour))?.tables.chat;
  const bytes = (await hdfs.status(tablePath(root, 'chat', hour)))?.length ?? 0;
  return { ...used, bytes, rows: chat?.rows ?? 0, digest: chat?.digest ?? '' };
}

process.stdout.write(JSON.stringify(await measure()));
process.exit();
