import type { Hdfs } from '../hdfs/hdfs.ts';
import { listGaps } from '../red/gaps.ts';
import { listHours, listTiles } from '../red/list-tiles.ts';
import { formatTile } from '../red/tile.ts';
import type { Tile } from '../red/tile.ts';
import type { RedTable } from '../red/tables.ts';
import { findTilingFaults } from '../red/tiling.ts';
import type { OffsetRange } from '../red/tiling.ts';

/** What a look at the newest hours of a table finds. */
export interface TableLook {
  /** Of the newest hours. */
  tiles: Tile[];
  /** Of all times. */
  gaps: OffsetRange[];
  /** What two looks in a row found wrong. */
  faults: { partition: number; text: string }[];
}

/** How many hour directories of a table are looked at: what a look costs must not grow with the lake. */
const HOURS_LOOKED_AT = 24;

/**
 * Looks at the newest 24 hours that a table has a directory for, and whether tiles and gap records tile the offsets there. Loaders commit
 * and compactions unite while the hours are listed one after the other, which may look like a fault; so only what a second look finds again
 * is one. Where the first finds none there is no second.
 */
export async function lookAtTable(hdfs: Hdfs, root: string, table: RedTable): Promise<TableLook> {
  const first = await lookOnce(hdfs, root, table);
  if (first.faults.length === 0) return first;
  const second = await lookOnce(hdfs, root, table);
  const before = new Set(first.faults.map((fault) => fault.text));
  return { ...second, faults: second.faults.filter((fault) => before.has(fault.text)) };
}

async function lookOnce(hdfs: Hdfs, root: string, table: RedTable): Promise<TableLook> {
  const gaps = await listGaps(hdfs, root, table);
  const hours = (await listHours(hdfs, root, table)).slice(-HOURS_LOOKED_AT);
  const tiles = await listTiles(hdfs, root, table, hours);
  const faults = findTilingFaults([...tiles, ...recentGaps(gaps, tiles)]).map((fault) => ({
    partition: fault.partition,
    text: inWords(table, fault),
  }));
  return { tiles, gaps, faults };
}

/** The gap records that do not lie before the first of the tiles of their partition: what is before those was not listed. */
function recentGaps(gaps: readonly OffsetRange[], tiles: readonly Tile[]): OffsetRange[] {
  const starts = new Map<number, bigint>();
  for (const { partition, from } of tiles) {
    const start = starts.get(partition);
    if (start === undefined || from < start) starts.set(partition, from);
  }
  return gaps.filter((gap) => gap.to > (starts.get(gap.partition) ?? gap.to));
}

function inWords(table: RedTable, fault: ReturnType<typeof findTilingFaults<OffsetRange | Tile>>[number]): string {
  const { kind, partition, from, to, at } = fault;
  const where = 'path' in at ? formatTile(at) : `the gap record of ${at.from} up to ${at.to}`;
  const what = kind === 'hole' ? 'no tile and no gap record, before' : 'two tiles that are not nested, the later one';
  return `${table} partition ${partition}: offsets ${from} up to ${to} are in ${what} ${where}`;
}
