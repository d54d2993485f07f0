import type { Hdfs } from '../hdfs/hdfs.ts';
import { listGaps } from '../red/gaps.ts';
import { listHours, listTiles } from '../red/list-tiles.ts';
import { formatTile } from '../red/tile.ts';
import type { Tile } from '../red/tile.ts';
import type { RedTable } from '../red/tables.ts';
import { findTilingFaults } from '../red/tiling.ts';
import type { OffsetRange } from '../red/tiling.ts';

export interface TableCheck {
  /** Of the newest hours. */
  tiles: Tile[];
  /** All gap records of the table. */
  gaps: OffsetRange[];
  /** Faults that two checks in a row found. */
  faults: { partition: number; text: string }[];
}

/** Bounds the cost of a check, which must not grow with the lake. */
const HOURS_CHECKED = 24;

/**
 * Checks whether tiles and gap records cover the offsets of the newest 24 hours of a table without hole or overlap. Commits and compactions
 * run while the hours are listed one after the other, which can look like a fault. So only a fault that a second check finds again counts.
 */
export async function checkTable(hdfs: Hdfs, root: string, table: RedTable): Promise<TableCheck> {
  const first = await checkOnce(hdfs, root, table);
  if (first.faults.length === 0) return first;
  const second = await checkOnce(hdfs, root, table);
  const before = new Set(first.faults.map((fault) => fault.text));
  return { ...second, faults: second.faults.filter((fault) => before.has(fault.text)) };
}

async function checkOnce(hdfs: Hdfs, root: string, table: RedTable): Promise<TableCheck> {
  const gaps = await listGaps(hdfs, root, table);
  const hours = (await listHours(hdfs, root, table)).slice(-HOURS_CHECKED);
  const tiles = await listTiles(hdfs, root, table, hours);
  const faults = findTilingFaults([...tiles, ...recentGaps(gaps, tiles)]).map((fault) => ({
    partition: fault.partition,
    text: describe(table, fault),
  }));
  return { tiles, gaps, faults };
}

/** Leaves out gap records before the first listed tile of their partition: the tiles around them were not listed. */
function recentGaps(gaps: readonly OffsetRange[], tiles: readonly Tile[]): OffsetRange[] {
  const starts = new Map<number, bigint>();
  for (const { partition, from } of tiles) {
    const start = starts.get(partition);
    if (start === undefined || from < start) starts.set(partition, from);
  }
  return gaps.filter((gap) => gap.to > (starts.get(gap.partition) ?? gap.to));
}

function describe(table: RedTable, fault: ReturnType<typeof findTilingFaults<OffsetRange | Tile>>[number]): string {
  const { kind, partition, from, to, at } = fault;
  const where = 'path' in at ? formatTile(at) : `the gap record ${at.from}-${at.to}`;
  const what = kind === 'hole' ? 'are missing before' : 'are stored twice, the second time in';
  return `${table} partition ${partition}: offsets ${from} up to ${to} ${what} ${where}`;
}
