import { join } from 'node:path';
import pMap from 'p-map';
import type { Log } from '../../common/log.ts';
import type { Disk } from '../../common/disk.ts';
import { FactError } from '../errors.ts';
import { isHdfsError } from '../hdfs/error.ts';
import type { Hdfs } from '../hdfs/hdfs.ts';
import { removeSafely, renameSafely } from '../hdfs/safe-changes.ts';
import { baseName } from '../hdfs/paths.ts';
import { uploadToEpoch } from '../load/commit.ts';
import { compactionsDirectory } from '../red/epochs.ts';
import { fenceOthers } from '../hdfs/fence.ts';
import { listReadableTiles, listTiles, tableDirectory } from '../red/list-tiles.ts';
import { formatTile, formatTileFile } from '../red/tile.ts';
import type { Tile } from '../red/tile.ts';
import { RED_TABLES } from '../red/tables.ts';
import type { RedTable } from '../red/tables.ts';
import type { LocalRange, UnionFiles } from './union-files.ts';
import { groupForUnion } from './union-groups.ts';

export interface CompactionDeps {
  hdfs: Hdfs;
  root: string;
  unionFiles: UnionFiles;
  disk: Disk;
  /** A local directory for parts and unions on their way; each run makes itself one below, and removes it. */
  scratchDirectory: string;
  /** Parts of so many bytes at most are united. Default 1 GiB; twice as much is needed in the scratch directory. */
  maxUnionBytes?: number;
  log: Log;
}

export interface HourCompacted {
  /** Files of the hour in all tables, before and after. */
  tilesBefore: number;
  tilesAfter: number;
}

/** One run: what it was given, and its two directories. */
interface Run extends CompactionDeps {
  table: RedTable;
  hour: string;
  /** In HDFS. Who compacts the hour next removes it, and with it the right to name a union. */
  epochDirectory: string;
  localDirectory: string;
}

const DOWNLOADS_AT_ONCE = 8;

/**
 * Unites the tiles of an hour: afterwards each partition has one file for offsets that follow each other, or a few where it would be too
 * large. The steps, each a fact once it has happened:
 *
 * 1. `fenced`: a directory of its own is made, and those of other compactions of this hour are removed. None of them can name a union from
 *    here on, so that no two can cut the hour differently; a rename that was quicker is seen by the listing that follows.
 * 2. `leftoversRemoved`: parts that lie beside their union, because a run died between the steps 4 and 5, are compared with it and removed.
 * 3. `proven`, for each group of tiles: their rows are written to one file, which is uploaded; and the file that HDFS then has is read
 *    again and compared with the parts.
 * 4. `named`: the union has its final name, in the directory of its parts. Readers take the widest of nested tiles: it, from here on.
 * 5. `partsRemoved`.
 *
 * Whenever it dies, readers find each row once, and the next run finishes the work. What is given up here is the parts alone, so nothing is
 * removed that was not compared with what stays, as HDFS has it.
 * @throws FactError, retryable, when parts and union differ or another compaction of the hour was in the way
 */
export async function compactRedHour(deps: CompactionDeps, hour: string, signal: AbortSignal): Promise<HourCompacted> {
  try {
    return await compact(deps, hour, signal);
  } catch (error) {
    if (!isHdfsError(error, 'absent', 'exists', 'fenced')) throw error;
    const text = `Another compaction of ${hour} was in the way, and red is as one of them left it: ${error.message}`;
    throw new FactError(text, { facts: { hour }, retryable: true, cause: error });
  }
}

async function compact(deps: CompactionDeps, hour: string, signal: AbortSignal): Promise<HourCompacted> {
  const { hdfs, root, disk, log } = deps;
  const epochDirectory = await fenceOthers(hdfs, compactionsDirectory(root), hour);
  const localDirectory = await disk.makeDirectory(join(deps.scratchDirectory, 'compaction-'));
  const counts: HourCompacted = { tilesBefore: 0, tilesAfter: 0 };
  try {
    for (const table of RED_TABLES) {
      const run: Run = { ...deps, table, hour, epochDirectory, localDirectory };
      counts.tilesBefore += (await listTiles(hdfs, root, table, [hour])).length;
      await removeLeftovers(run, signal);
      const tiles = await listReadableTiles(hdfs, root, table, [hour]);
      const groups = groupForUnion(tiles, deps.maxUnionBytes ?? 2 ** 30);
      for (const group of groups) {
        signal.throwIfAborted();
        await unite(run, group);
      }
      counts.tilesAfter += tiles.length - groups.flat().length + groups.length;
    }
  } finally {
    await disk.remove(localDirectory);
  }
  await removeSafely(hdfs, epochDirectory);
  log.info('hour compacted', { hour, ...counts });
  return counts;
}

/** Step 2. */
async function removeLeftovers(run: Run, signal: AbortSignal): Promise<void> {
  const { hdfs, root, table, hour, disk } = run;
  const all = await listTiles(hdfs, root, table, [hour]);
  const readable = await listReadableTiles(hdfs, root, table, [hour]);
  const paths = new Set(readable.map((tile) => tile.path));
  const nested = all.filter((tile) => !paths.has(tile.path));
  for (const wide of readable) {
    const parts = nested.filter((part) => isInside(part, wide));
    if (parts.length === 0) continue;
    const localWide = await download(run, wide);
    for (const part of parts) {
      signal.throwIfAborted();
      const localPart = await download(run, part);
      const difference = await run.unionFiles.difference(localWide, [localPart]);
      if (difference !== undefined) throw notEqual(run, wide.path, [part], difference);
      await disk.remove(localPart.local);
      await removeSafely(hdfs, part.path);
    }
    await disk.remove(localWide.local);
  }
}

/** Steps 3 to 5, for tiles that follow each other. */
async function unite(run: Run, parts: Tile[]): Promise<void> {
  const { hdfs, root, table, hour, disk, unionFiles } = run;
  const [first, last] = [parts[0], parts.at(-1)];
  if (first === undefined || last === undefined) return;
  const union = { partition: first.partition, from: first.from, to: last.to, hour };
  const local = join(run.localDirectory, formatTileFile(union));
  const localParts = await pMap(parts, (part) => download(run, part), { concurrency: DOWNLOADS_AT_ONCE });

  await unionFiles.unite(localParts, local);
  const size = await disk.size(local);
  const uploaded = await uploadToEpoch(run, baseName(local), (path) =>
    hdfs.upload(local, path, { createParent: false }),
  );
  await hdfs.download(uploaded, local);
  const difference = await unionFiles.difference({ ...union, local }, localParts);
  if (difference !== undefined) throw notEqual(run, uploaded, parts, difference);
  for (const file of [local, ...localParts.map((part) => part.local)]) await disk.remove(file);

  await renameSafely(hdfs, uploaded, `${tableDirectory(root, table)}/${formatTile(union)}`, size);
  for (const part of parts) await removeSafely(hdfs, part.path);
}

async function download({ hdfs, localDirectory }: Run, tile: Tile): Promise<LocalRange> {
  const local = join(localDirectory, `part-${formatTileFile(tile)}`);
  await hdfs.download(tile.path, local);
  return { ...tile, local };
}

function isInside(part: Tile, wide: Tile): boolean {
  return part.partition === wide.partition && part.from >= wide.from && part.to <= wide.to;
}

function notEqual({ table, hour }: Run, union: string, parts: Tile[], difference: string): FactError {
  const [first, last] = [parts[0]?.path, parts.at(-1)?.path];
  const files = first === last ? String(first) : `${parts.length} files from ${first} to ${last}`;
  return new FactError(
    `Expected ${union} to hold exactly the rows of ${files}; ${difference}. None of them was removed, and it is tried again. If it stays ` +
      'so, compare them with what Kafka still has, and rename the one that is wrong to a place outside of red.',
    { facts: { table, hour, union, parts: parts.length }, retryable: true },
  );
}
