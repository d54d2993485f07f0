/** Half-open range of offsets in a partition. */
export interface OffsetRange {
  partition: number;
  from: bigint;
  to: bigint;
}

interface SharedRows<T extends OffsetRange> {
  /** Tiles inside a wider one. A compaction has not removed its parts yet. */
  nested: ReadonlySet<T>;
  /** Pairs that share rows and are not nested. Neither loaders nor compactions cause them, so any pair is an incident. */
  overlaps: [T, T][];
}

/** Finds tiles that share rows. Of tiles with the same range, all but one count as nested. */
export function findSharedRows<T extends OffsetRange>(tiles: readonly T[]): SharedRows<T> {
  const nested = new Set<T>();
  const overlaps: [T, T][] = [];
  /** The previous tile with the highest end. */
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

/** A place where the pieces of a partition do not tile its offsets. */
export interface TilingFault<T extends OffsetRange> {
  kind: 'hole' | 'overlap';
  partition: number;
  /** The offsets that no piece has, or two have. */
  from: bigint;
  to: bigint;
  /** The piece after the hole, or the second piece of the overlap. */
  at: T;
}

/**
 * Finds holes, and overlaps that are not nested, between the first and the last piece (tile or gap record) of each partition. Sorted by
 * partition and offset.
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

/** Sorts by partition and start, the widest first. */
function widestFirst(a: OffsetRange, b: OffsetRange): number {
  if (a.partition !== b.partition) return a.partition - b.partition;
  if (a.from !== b.from) return a.from < b.from ? -1 : 1;
  return a.to === b.to ? 0 : a.to > b.to ? -1 : 1;
}
