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
  /** A local directory. Each run creates a subdirectory for its parts and unions, and removes it. */
  scratchDirectory: string;
  /** Limit for the parts of one union, in bytes. Default 1 GiB. The scratch directory needs twice as much. */
  maxUnionBytes?: number;
  log: Log;
}

export interface HourCompacted {
  /** Files of the hour in all tables, before and after. */
  tilesBefore: number;
  tilesAfter: number;
}

/** A run that works on the tiles of one table and hour. */
export interface Run extends CompactionDeps {
  table: RedTable;
  hour: string;
  /** In HDFS. The next compaction of the hour removes it, which fences this one. */
  epochDirectory: string;
  localDirectory: string;
}

const DOWNLOADS_AT_ONCE = 8;

/**
 * Unites the tiles of an hour: afterwards each partition has one file per run of consecutive offsets, or a few if one would be too large.
 *
 * 1. `fenced`: create a directory for this run, and remove those of other compactions of the hour. They can no longer commit a union, so two
 *    runs cannot group the tiles differently. A rename that came first is seen in the listing of step 2.
 * 2. `leftoversRemoved`: parts beside their union, left by a run that died between steps 4 and 5, are compared with it and removed.
 * 3. `proven`, per group of tiles: write their rows to one file, upload it, read it back from HDFS, and compare it with the parts.
 * 4. `named`: rename the union to its final name. From now on readers use it, because they read the widest of nested tiles.
 * 5. `partsRemoved`.
 *
 * A crash at any step leaves each row readable exactly once, and the next run finishes the work. A part is removed only after a comparison
 * with the union as HDFS has it.
 * @throws FactError, retryable, if parts and union differ or another compaction of the hour interfered
 */
export async function compactRedHour(deps: CompactionDeps, hour: string, signal: AbortSignal): Promise<HourCompacted> {
  try {
    return await compact(deps, hour, signal);
  } catch (error) {
    if (!isHdfsError(error, 'absent', 'exists', 'fenced')) throw error;
    const text = `Another compaction of ${hour} interfered, and this one is retried: ${error.message}`;
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

/** Step 2. Also of an erasure, because a part must not differ from its union. */
export async function removeLeftovers(run: Run, signal: AbortSignal): Promise<void> {
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

/** Steps 3 to 5, for consecutive tiles. */
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
    `Expected ${union} to have exactly the rows of ${files}; ${difference}. No file was removed, and the compaction is retried. If it fails ` +
      'again, compare the files with Kafka, and move the wrong one to a directory outside red.',
    { facts: { table, hour, union, parts: parts.length }, retryable: true },
  );
}
