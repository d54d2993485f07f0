import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Disk } from '../../common/disk.ts';
import { localDisk } from '../../common/disk.ts';
import type { WithDatabase } from '../../activities/duckdb/database.ts';
import { createUnionFiles } from '../../activities/compact/union-files.ts';
import type { UnionFiles } from '../../activities/compact/union-files.ts';
import type { Hdfs } from '../../activities/hdfs/hdfs.ts';
import { openCachedFiles } from '../../activities/hdfs/cached-files.ts';
import type { RefinementDeps } from '../../activities/yellow/refinement.ts';
import { createDuckdbEngine } from '../../activities/yellow/duckdb-engine.ts';
import { createTileHours } from '../../activities/yellow/tile-hours.ts';
import { createYellowWriter } from '../../activities/yellow/files.ts';
import { createPieceParser } from '../../activities/yellow/pieces.ts';
import { NOBODY } from '../../activities/opt-out/list.ts';
import type { OptOut } from '../../activities/opt-out/list.ts';
import { createDayTables } from '../../activities/retain/day-tables.ts';
import type { DayTables } from '../../activities/retain/day-tables.ts';
import { directoryHdfs } from './directory-hdfs.ts';
import { RedTiles, temporaryDirectory } from './red-tiles.ts';

/** The dependencies to refine and compact the lake, and to read and write its files. */
export type LakeDeps = RefinementDeps & {
  unionFiles: UnionFiles;
  dayTables: DayTables;
  withDatabase: WithDatabase;
  disk: Disk;
  scratchDirectory: string;
  rollupsFile: string;
  dropOtherCopies: () => Promise<void>;
};

/** A lake in a local directory: red to fill, and the dependencies to refine it. */
export interface TestLake {
  /** The local directory of its HDFS. */
  directory: string;
  root: string;
  red: RedTiles;
  deps: LakeDeps;
  remove(): Promise<void>;
}

export async function openTestLake(name: string): Promise<TestLake> {
  const root = '/lake';
  const { path, remove } = await temporaryDirectory(name);
  const hdfs = directoryHdfs(path);
  const red = new RedTiles(path, hdfs, root);
  return { directory: path, root, red, deps: await createLakeDeps(hdfs, root, red), remove };
}

/** The dependencies for a red, with local files in its directory. */
export async function createLakeDeps(
  hdfs: Hdfs,
  root: string,
  { directory, withDatabase }: RedTiles,
): Promise<LakeDeps> {
  const scratchDirectory = join(directory, 'refiner');
  await mkdir(scratchDirectory, { recursive: true });
  const files = await openCachedFiles(hdfs, join(directory, 'cache'), 2 ** 30);
  const local = { hdfs, files, disk: localDisk, scratchDirectory };
  return {
    ...local,
    root,
    withDatabase,
    rollupsFile: join(directory, 'rollups.duckdb'),
    tileHours: createTileHours(withDatabase),
    engine: createDuckdbEngine({
      ...local,
      parsePiece: createPieceParser(withDatabase),
      writeYellowFiles: createYellowWriter(withDatabase),
    }),
    readOptOut: (): Promise<OptOut> => Promise.resolve(NOBODY),
    unionFiles: createUnionFiles(withDatabase),
    dayTables: createDayTables(withDatabase),
    now: () => 0,
    dropOtherCopies: async () => {},
  };
}
