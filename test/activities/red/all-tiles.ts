import assert from 'node:assert/strict';
import type { Hdfs } from '../../../activities/hdfs/hdfs.ts';
import { listHours, listTiles } from '../../../activities/red/list-tiles.ts';
import type { Tile } from '../../../activities/red/tile.ts';
import type { RedTable } from '../../../activities/red/tables.ts';
import type { OffsetRange } from '../../../activities/red/tiling.ts';

/** The tiles of all hours of a table. */
export async function listAllTiles(hdfs: Hdfs, root: string, table: RedTable): Promise<Tile[]> {
  return listTiles(hdfs, root, table, await listHours(hdfs, root, table));
}

/** The tiles and gap records of a partition cover 0 to `end`, without hole, overlap or nesting. */
export function assertTiled(pieces: readonly OffsetRange[], end: bigint, what = 'the partition'): void {
  const sorted = [...pieces].sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
  const borders = sorted.map(({ from, to }) => [from, to] as const);
  assert.deepEqual(
    [...borders.map(([from]) => from), end],
    [0n, ...borders.map(([, to]) => to)],
    `${what} has ${borders.map(([from, to]) => `${from}-${to}`).join(', ')}`,
  );
}
