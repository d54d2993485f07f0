import type { Hdfs } from '../hdfs/hdfs.ts';
import { listGaps } from './gaps.ts';
import { listHours, listTiles } from './list-tiles.ts';
import type { RedTable } from './tile.ts';

/** How far red has a partition. */
export interface RedPosition {
  /** The highest `to` over its tiles and gap records; 0 without any. */
  position: bigint;
  /** The hour of its newest tile; undefined without tiles. No later row may get an earlier one. */
  hour: string | undefined;
}

/**
 * Finds how far red has a partition, from the names of the committed files alone. Hours never go back within a partition, and so the
 * newest hour that has a tile of it has its highest one.
 */
export async function findPosition(hdfs: Hdfs, root: string, table: RedTable, partition: number): Promise<RedPosition> {
  const gaps = await listGaps(hdfs, root, table);
  const ofGaps = highest(gaps.filter((gap) => gap.partition === partition));
  const hours = await listHours(hdfs, root, table);
  for (const hour of hours.reverse()) {
    const tiles = (await listTiles(hdfs, root, table, [hour])).filter((tile) => tile.partition === partition);
    if (tiles.length === 0) continue;
    const ofTiles = highest(tiles);
    return { position: ofTiles > ofGaps ? ofTiles : ofGaps, hour };
  }
  return { position: ofGaps, hour: undefined };
}

function highest(ranges: { to: bigint }[]): bigint {
  return ranges.reduce((most, { to }) => (to > most ? to : most), 0n);
}
