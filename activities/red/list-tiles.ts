import type { Hdfs } from '../hdfs/hdfs.ts';
import { baseName } from '../hdfs/paths.ts';
import { formatHourDirectory, parseHourDirectory, parseTileFile } from './tile.ts';
import type { RedTable, Tile } from './tile.ts';

/** The directory of a red table: `<root>/red/chat`. */
export function tableDirectory(root: string, table: RedTable): string {
  return `${root}/red/${table}`;
}

/** The hours that a table has a directory for, oldest first. */
export async function listHours(hdfs: Hdfs, root: string, table: RedTable): Promise<string[]> {
  const entries = await hdfs.list(tableDirectory(root, table));
  return entries
    .map((entry) => parseHourDirectory(baseName(entry.path)))
    .filter((hour) => hour !== undefined)
    .sort();
}

/**
 * The committed files of a red table, by hour, partition and range. With `hours` only of these; an hour without a directory has none.
 * Nested tiles are all listed: `checkTiling` says which of them a reader takes.
 */
export async function listTiles(hdfs: Hdfs, root: string, table: RedTable, hours?: string[]): Promise<Tile[]> {
  const tiles: Tile[] = [];
  for (const hour of hours ?? (await listHours(hdfs, root, table))) {
    for (const file of await hdfs.list(`${tableDirectory(root, table)}/${formatHourDirectory(hour)}`)) {
      const range = parseTileFile(baseName(file.path));
      if (range !== undefined) tiles.push({ ...range, hour, path: file.path, length: file.length });
    }
  }
  return tiles.sort(byHourPartitionAndRange);
}

function byHourPartitionAndRange(a: Tile, b: Tile): number {
  if (a.hour !== b.hour) return a.hour < b.hour ? -1 : 1;
  if (a.partition !== b.partition) return a.partition - b.partition;
  if (a.from !== b.from) return a.from < b.from ? -1 : 1;
  return a.to === b.to ? 0 : a.to < b.to ? -1 : 1;
}
