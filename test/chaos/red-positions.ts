import { createPositionSearch } from '../../activities/load/position.ts';
import type { RedTable } from '../../activities/red/tables.ts';
import type { Stage } from './stage.ts';

/** Up to which offset red has each partition, by number. */
export async function redPositions(
  { hdfs, root }: Pick<Stage, 'hdfs' | 'root'>,
  table: RedTable,
  partitions: number,
): Promise<bigint[]> {
  const find = createPositionSearch(hdfs, root, table);
  const found = await Promise.all(Array.from({ length: partitions }, (_, partition) => find(partition)));
  return found.map(({ position }) => position);
}
