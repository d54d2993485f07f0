/** Half-open range of offsets in a partition. */
export interface OffsetRange {
  partition: number;
  from: bigint;
  to: bigint;
}

/** Offsets that no tile and no gap record accounts for (`hole`), or that two tiles hold (`overlap`). Either is an incident. */
export interface TilingFault extends OffsetRange {
  kind: 'hole' | 'overlap';
}

/** What a reader needs to know of the tiles of a table. */
export interface Tiling<T extends OffsetRange> {
  /** The tiles to read, by partition and range: of nested tiles only the widest. */
  tiles: T[];
  /** Tiles inside a wider one: left by a compaction that has not removed its parts yet. */
  nested: T[];
  faults: TilingFault[];
}

/**
 * Checks that the tiles and gap records of each partition follow each other without hole and overlap, from the lowest offset that is
 * there (retention may have removed older ones) to the highest.
 */
export function checkTiling<T extends OffsetRange>(tiles: readonly T[], gaps: readonly OffsetRange[]): Tiling<T> {
  const tiling: Tiling<T> = { tiles: [], nested: [], faults: [] };
  const pieces = [
    ...tiles.map((tile) => ({ range: tile satisfies OffsetRange, tile })),
    ...gaps.map((gap) => ({ range: gap, tile: undefined })),
  ].sort((a, b) => widestFirst(a.range, b.range));

  let partition: number | undefined;
  let reached = 0n;
  for (const { range, tile } of pieces) {
    if (range.partition !== partition) {
      partition = range.partition;
      reached = range.from;
    }
    if (range.to <= reached) {
      if (tile !== undefined) tiling.nested.push(tile);
      continue;
    }
    if (range.from > reached) tiling.faults.push({ kind: 'hole', partition, from: reached, to: range.from });
    if (range.from < reached) tiling.faults.push({ kind: 'overlap', partition, from: range.from, to: reached });
    if (tile !== undefined) tiling.tiles.push(tile);
    reached = range.to;
  }
  return tiling;
}

/** By partition and start; of those that start together the widest first. */
function widestFirst(a: OffsetRange, b: OffsetRange): number {
  if (a.partition !== b.partition) return a.partition - b.partition;
  if (a.from !== b.from) return a.from < b.from ? -1 : 1;
  return a.to === b.to ? 0 : a.to > b.to ? -1 : 1;
}
