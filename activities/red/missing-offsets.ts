import { addHours } from '../../workflows/hour.ts';
import type { Hour } from '../../workflows/hour.ts';
import type { Hdfs } from '../hdfs/hdfs.ts';
import { listGaps } from './gaps.ts';
import { listTiles } from './list-tiles.ts';
import { RED_TABLES } from './tables.ts';
import type { RedTable } from './tables.ts';
import type { OffsetRange } from './tiling.ts';
import { readBoundaries } from './boundaries.ts';
import { firstUncovered } from './covering.ts';

/** Describes what red still lacks of an hour; undefined if red has all of it. */
export async function describeMissingOffsets(
  { hdfs, root }: { hdfs: Hdfs; root: string },
  hour: Hour,
  boundariesPath: string,
): Promise<string | undefined> {
  const boundaries = await readBoundaries(hdfs, boundariesPath);
  // Red and boundaries both use the append time. The neighbours are read in case the clock of a broker stepped back.
  const hours = [addHours(hour, -1), hour, addHours(hour, 1)];
  const accountedFor = async (table: RedTable): Promise<OffsetRange[]> => [
    ...(await listTiles(hdfs, root, table, hours)),
    ...(await listGaps(hdfs, root, table)),
  ];
  const ranges = new Map<RedTable, OffsetRange[]>();
  for (const table of RED_TABLES) ranges.set(table, await accountedFor(table));
  const uncovered = firstUncovered(boundaries, ({ table, partition }) =>
    (ranges.get(table) ?? []).filter((range) => range.partition === partition),
  );
  if (uncovered === undefined) return undefined;
  const { boundary, coveredUpTo } = uncovered;
  return `${boundary.table} partition ${boundary.partition} is stored up to offset ${coveredUpTo}, and the hour ends at ${boundary.to}`;
}
