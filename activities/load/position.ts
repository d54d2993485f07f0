import type { Hdfs } from '../hdfs/hdfs.ts';
import { listGaps } from '../red/gaps.ts';
import { listHours, listTiles } from '../red/list-tiles.ts';
import type { TileName } from '../red/tile.ts';
import type { RedTable } from '../red/tables.ts';
import type { OffsetRange } from '../red/tiling.ts';

/** How far red has a partition. */
export interface RedPosition {
  /** The highest `to` over its tiles and gap records; 0 without any. */
  position: bigint;
  /** The hour of its newest tile; undefined without tiles. No later row may get an earlier one. */
  hour: string | undefined;
}

/** Finds how far red has a partition, as red is at the time of the call or later. */
export type FindPosition = (partition: number) => Promise<RedPosition>;

/** How far tiles and gap records have a partition. The newest hour that has a tile of it is enough: hours never go back within a partition. */
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

/** The partitions that one search looks for. */
type Wanted = Map<number, PromiseWithResolvers<RedPosition>>;

/**
 * Finds the positions of a table's partitions from the names of the committed files alone: hour by hour from the newest backwards, each
 * hour listed once for all partitions that are looked for, until every one has been found.
 *
 * A partition without a tile is known as such only when all hours have been listed. Nothing shortens that: Kafka cannot tell how far red
 * is, and a partition that had no tile in an old hour may get one there from another loader that reads old records. For the same reason
 * nothing is remembered from one search to the next. But one search runs at a time, and whoever asks while it runs shares the next: so
 * partitions that are assigned together list each hour twice at most, however many they are.
 *
 * A search begins after it was asked for. Who asks when no other loader can commit any more gets the last word on that partition.
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

/** Settles all that is wanted, each as soon as it is found. Never rejects. */
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
