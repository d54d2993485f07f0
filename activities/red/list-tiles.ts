import { FactError } from '../errors.ts';
import type { FileStatus, Hdfs } from '../hdfs/hdfs.ts';
import { baseName } from '../hdfs/paths.ts';
import { formatHourDirectory, parseHourDirectory, parseTileFile } from './tile.ts';
import type { Tile } from './tile.ts';
import type { RedTable } from './tables.ts';
import { findSharedRows } from './tiling.ts';

/** The directory of a red table: `<root>/red/chat`. */
export function tableDirectory(root: string, table: RedTable): string {
  return `${root}/red/${table}`;
}

/** The hours for which a table has a directory, oldest first. One listing. */
export async function listHours(hdfs: Hdfs, root: string, table: RedTable): Promise<string[]> {
  const entries = await hdfs.list(tableDirectory(root, table));
  return entries
    .map((entry) => parseHourDirectory(baseName(entry.path)))
    .filter((hour) => hour !== undefined)
    .sort();
}

/**
 * The tiles of these hours, sorted by hour, partition and range. One listing per hour, or more if it has many files. The result has nested
 * tiles too: use {@link listReadableTiles} to read rows.
 */
export async function listTiles(hdfs: Hdfs, root: string, table: RedTable, hours: string[]): Promise<Tile[]> {
  const tiles: Tile[] = [];
  for (const hour of hours) {
    for (const file of await listWhole(hdfs, `${tableDirectory(root, table)}/${formatHourDirectory(hour)}`)) {
      const range = parseTileFile(baseName(file.path));
      if (range === undefined) continue;
      const { path, length, modificationTimeMs } = file;
      tiles.push({ ...range, hour, path, length, modificationTimeMs });
    }
  }
  return tiles.sort(byHourPartitionAndRange);
}

/**
 * The tiles that together have each row once: {@link listTiles} with only the widest of nested tiles.
 * @throws FactError (not retryable) if two files share rows and are not nested
 */
export async function listReadableTiles(hdfs: Hdfs, root: string, table: RedTable, hours: string[]): Promise<Tile[]> {
  const tiles = await listTiles(hdfs, root, table, hours);
  const { nested, overlaps } = findSharedRows(tiles);
  const [overlap] = overlaps;
  if (overlap !== undefined) throw overlapError(table, ...overlap);
  return tiles.filter((tile) => !nested.has(tile));
}

/** A listing with fewer entries is one page, which the NameNode reads atomically (its `dfs.ls.limit` is 1,000). */
const ATOMIC_ENTRIES = 100;

/**
 * Lists a directory from which compactions remove files. A listing of several pages can be torn: its first page is older than the union,
 * and its last page is read after the parts were removed, so it has neither. The listing is repeated until no file of the previous one is
 * missing. That proves that neither is torn, because a union appears before its parts are removed.
 */
async function listWhole(hdfs: Hdfs, path: string): Promise<FileStatus[]> {
  let files = await hdfs.list(path);
  while (files.length >= ATOMIC_ENTRIES) {
    const again = await hdfs.list(path);
    const names = new Set(again.map((file) => file.path));
    const nothingMissing = files.every((file) => names.has(file.path));
    files = again;
    if (nothingMissing) break;
  }
  return files;
}

function overlapError(table: RedTable, first: Tile, second: Tile): FactError {
  return new FactError(
    `Expected each row of red/${table} in one tile, found ${first.path} and ${second.path}, which both have the offsets ` +
      `${second.from} up to ${first.to} of partition ${first.partition}. Compare both files with Kafka, and move the wrong one to a ` +
      'directory outside red.',
    { facts: { table, partition: first.partition, files: [first.path, second.path] }, retryable: false },
  );
}

function byHourPartitionAndRange(a: Tile, b: Tile): number {
  if (a.hour !== b.hour) return a.hour < b.hour ? -1 : 1;
  if (a.partition !== b.partition) return a.partition - b.partition;
  if (a.from !== b.from) return a.from < b.from ? -1 : 1;
  return a.to === b.to ? 0 : a.to < b.to ? -1 : 1;
}
