/** Half-open range of offsets in a partition. */
export interface OffsetRange {
  partition: number;
  from: bigint;
  to: bigint;
}

/** Which tiles a reader must not read beside the others. */
interface SharedRows<T extends OffsetRange> {
  /** Tiles inside a wider one: left by a compaction that has not removed its parts yet. */
  nested: ReadonlySet<T>;
  /** Pairs that hold rows in common and are not nested. No loader and no compaction makes them: an incident. */
  overlaps: [T, T][];
}

/** Finds the tiles that hold rows which another one holds as well. Of tiles with the same range all but one are nested. */
export function findSharedRows<T extends OffsetRange>(tiles: readonly T[]): SharedRows<T> {
  const nested = new Set<T>();
  const overlaps: [T, T][] = [];
  /** The tile that reaches farthest of those before, which begin earlier or are wider. */
  let farthest: T | undefined;
  for (const tile of [...tiles].sort(widestFirst)) {
    if (farthest?.partition !== tile.partition) farthest = tile;
    else if (tile.to <= farthest.to) nested.add(tile);
    else {
      if (tile.from < farthest.to) overlaps.push([farthest, tile]);
      farthest = tile;
    }
  }
  return { nested, overlaps };
}

/** Where the pieces of a partition do not tile its offsets. */
export interface TilingFault<T extends OffsetRange> {
  kind: 'hole' | 'overlap';
  partition: number;
  /** The offsets that are in none of the pieces, or in two. */
  from: bigint;
  to: bigint;
  /** The piece after the hole, or the later one of the two that overlap. */
  at: T;
}

/**
 * What is wrong with the pieces of a table, tiles and gap records, between the first and the last of each partition: holes, and overlaps
 * that are not nested. By partition and offset.
 */
export function findTilingFaults<T extends OffsetRange>(pieces: readonly T[]): TilingFault<T>[] {
  const { nested, overlaps } = findSharedRows(pieces);
  const faults: TilingFault<T>[] = overlaps.map(([first, second]) => {
    const { partition, from } = second;
    return { kind: 'overlap', partition, from, to: first.to, at: second };
  });
  let last: T | undefined;
  for (const piece of [...pieces].sort(widestFirst)) {
    if (nested.has(piece)) continue;
    const { partition, from } = piece;
    if (last?.partition === partition && last.to < from) {
      faults.push({ kind: 'hole', partition, from: last.to, to: from, at: piece });
    }
    last = piece;
  }
  return faults.sort((a, b) => a.partition - b.partition || (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
}

/** By partition and start; of those that start together the widest first. */
function widestFirst(a: OffsetRange, b: OffsetRange): number {
  if (a.partition !== b.partition) return a.partition - b.partition;
  if (a.from !== b.from) return a.from < b.from ? -1 : 1;
  return a.to === b.to ? 0 : a.to > b.to ? -1 : 1;
}
