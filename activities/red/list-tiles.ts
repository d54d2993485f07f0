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

/** The hours that a table has a directory for, oldest first. One listing. */
export async function listHours(hdfs: Hdfs, root: string, table: RedTable): Promise<string[]> {
  const entries = await hdfs.list(tableDirectory(root, table));
  return entries
    .map((entry) => parseHourDirectory(baseName(entry.path)))
    .filter((hour) => hour !== undefined)
    .sort();
}

/**
 * The committed files of these hours of a red table, by hour, partition and range; one listing an hour, or two where it has many files. An
 * hour without a directory has none. Nested tiles are all listed: who reads rows takes {@link listReadableTiles}.
 */
export async function listTiles(hdfs: Hdfs, root: string, table: RedTable, hours: string[]): Promise<Tile[]> {
  const tiles: Tile[] = [];
  for (const hour of hours) {
    for (const file of await listWhole(hdfs, `${tableDirectory(root, table)}/${formatHourDirectory(hour)}`)) {
      const range = parseTileFile(baseName(file.path));
      if (range !== undefined) tiles.push({ ...range, hour, path: file.path, length: file.length });
    }
  }
  return tiles.sort(byHourPartitionAndRange);
}

/**
 * The tiles of these hours whose rows, taken together, are there once: as {@link listTiles}, and of nested tiles only the widest.
 * @throws FactError (not retryable) naming two files that hold rows in common without being nested
 */
export async function listReadableTiles(hdfs: Hdfs, root: string, table: RedTable, hours: string[]): Promise<Tile[]> {
  const tiles = await listTiles(hdfs, root, table, hours);
  const { nested, overlaps } = findSharedRows(tiles);
  const [overlap] = overlaps;
  if (overlap !== undefined) throw readTwice(table, ...overlap);
  return tiles.filter((tile) => !nested.has(tile));
}

/** So many entries of a directory come in one page at least, which the NameNode makes in one step (its `dfs.ls.limit` is 1,000). */
const ENTRIES_IN_ONE_STEP = 100;

/**
 * Lists a directory from which compactions remove files. A listing of several pages may be torn: its first page is older than the union, and
 * the parts are gone before its last page, so that it has neither. Then a file of it that is still listed was removed in the meantime, or is
 * removed now: a second listing from which nothing is missing proves that neither was torn, since a union is there before its parts go.
 */
async function listWhole(hdfs: Hdfs, path: string): Promise<FileStatus[]> {
  let files = await hdfs.list(path);
  while (files.length >= ENTRIES_IN_ONE_STEP) {
    const again = await hdfs.list(path);
    const names = new Set(again.map((file) => file.path));
    const nothingMissing = files.every((file) => names.has(file.path));
    files = again;
    if (nothingMissing) break;
  }
  return files;
}

function readTwice(table: RedTable, first: Tile, second: Tile): FactError {
  return new FactError(
    `Expected each row of red/${table} to be in one tile, found ${first.path} and ${second.path}, which both hold the offsets from ` +
      `${second.from} up to ${first.to} of partition ${first.partition}: they would be read twice. Look into both files for the one ` +
      'that is not as Kafka had it, and rename it to a place outside of red.',
    { facts: { table, partition: first.partition, files: [first.path, second.path] }, retryable: false },
  );
}

function byHourPartitionAndRange(a: Tile, b: Tile): number {
  if (a.hour !== b.hour) return a.hour < b.hour ? -1 : 1;
  if (a.partition !== b.partition) return a.partition - b.partition;
  if (a.from !== b.from) return a.from < b.from ? -1 : 1;
  return a.to === b.to ? 0 : a.to < b.to ? -1 : 1;
}
