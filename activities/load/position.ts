import type { Hdfs } from '../hdfs/hdfs.ts';
import { listGaps } from '../red/gaps.ts';
import { listHours, listTiles } from '../red/list-tiles.ts';
import type { TileName } from '../red/tile.ts';
import type { RedTable } from '../red/tables.ts';
import type { OffsetRange } from '../red/tiling.ts';

/** How far a partition is in red. */
export interface RedPosition {
  /** The highest `to` of its tiles and gap records; 0 without any. */
  position: bigint;
  /** The hour of its newest tile; undefined without tiles. Later rows must not get an earlier hour. */
  hour: string | undefined;
}

/** Finds the position of a partition. The search reads red at the time of the call or later. */
export type FindPosition = (partition: number) => Promise<RedPosition>;

/** The tiles of the newest hour that has any of the partition are enough: hours never go back within a partition. */
export function positionAfter(
  partition: number,
  tiles: readonly TileName[],
  gaps: readonly OffsetRange[],
): RedPosition {
  const found: RedPosition = { position: 0n, hour: undefined };
  for (const tile of tiles) {
    if (tile.partition !== partition) continue;
    if (tile.to > found.position) found.position = tile.to;
    if (found.hour === undefined || tile.hour > found.hour) found.hour = tile.hour;
  }
  for (const gap of gaps) {
    if (gap.partition === partition && gap.to > found.position) found.position = gap.to;
  }
  return found;
}

/** The partitions of one search. */
type Wanted = Map<number, PromiseWithResolvers<RedPosition>>;

/**
 * Finds positions from the names of committed files alone. A search lists the hours from the newest backwards, each once for all partitions
 * it looks for, and stops when it has found all of them.
 *
 * Only a listing of all hours shows that a partition has no tile. There is no short cut: Kafka does not know how far red is, and another
 * loader that reads old records may still commit a tile to an old hour. For that reason nothing is cached between searches. One search
 * runs at a time, and calls that arrive meanwhile share the next one. So partitions assigned together list each hour at most twice.
 *
 * A search starts after the call. A loader that calls it after fencing all others gets the final position.
 */
export function createPositionSearch(hdfs: Hdfs, root: string, table: RedTable): FindPosition {
  let gathered: Wanted | undefined;
  let last = Promise.resolve();
  return (partition) => {
    if (gathered === undefined) {
      const wanted: Wanted = new Map();
      gathered = wanted;
      last = last.then(() => {
        gathered = undefined;
        return search(hdfs, root, table, wanted);
      });
    }
    const found = gathered.get(partition) ?? Promise.withResolvers<RedPosition>();
    gathered.set(partition, found);
    return found.promise;
  };
}

/** Settles each wanted partition as soon as it is found. Never rejects. */
async function search(hdfs: Hdfs, root: string, table: RedTable, wanted: Wanted): Promise<void> {
  try {
    const gaps = await listGaps(hdfs, root, table);
    const hours = await listHours(hdfs, root, table);
    for (const hour of hours.reverse()) {
      const tiles = await listTiles(hdfs, root, table, [hour]);
      for (const [partition, { resolve }] of wanted) {
        const found = positionAfter(partition, tiles, gaps);
        if (found.hour === undefined) continue;
        resolve(found);
        wanted.delete(partition);
      }
      if (wanted.size === 0) return;
    }
    for (const [partition, { resolve }] of wanted) resolve(positionAfter(partition, [], gaps));
  } catch (error) {
    for (const { reject } of wanted.values()) reject(error);
  }
}
