import type { OffsetRange } from '../red/tiling.ts';

/** A tile with its local copy. */
export type LocalTile = OffsetRange & { local: string };

/** Some tiles, of which one piece is made. `offsets` limits a single tile to these lines; `to` is not included. */
export interface Slice<T extends LocalTile = LocalTile> {
  tiles: readonly T[];
  offsets?: { from: bigint; to: bigint };
}

/** Groups tiles of neighbouring offsets, so that the lines of a channel are in few slices, and divides large ones. */
export function slicesOf<T extends LocalTile>(tiles: readonly T[], mostLines: number): Slice<T>[] {
  const slices: Slice<T>[] = [];
  let group: T[] = [];
  let lines = 0;
  const closeGroup = (): void => {
    if (group.length > 0) slices.push({ tiles: group });
    [group, lines] = [[], 0];
  };
  for (const tile of [...tiles].sort((a, b) => a.partition - b.partition || Number(a.from - b.from))) {
    const more = Number(tile.to - tile.from);
    if (lines + more > mostLines) closeGroup();
    if (more > mostLines) slices.push(...dividedAt(tile, tile, BigInt(mostLines)));
    else [group, lines] = [[...group, tile], lines + more];
  }
  closeGroup();
  return slices;
}

/** Two slices with the same lines; none if there is one line at most. */
export function halvesOf<T extends LocalTile>({ tiles, offsets }: Slice<T>): Slice<T>[] {
  const [only, ...others] = tiles;
  if (only === undefined) return [];
  const middle = Math.ceil(tiles.length / 2);
  if (others.length > 0) return [{ tiles: tiles.slice(0, middle) }, { tiles: tiles.slice(middle) }];
  const range = offsets ?? only;
  return range.to - range.from <= 1n ? [] : dividedAt(only, range, (range.to - range.from + 1n) / 2n);
}

function dividedAt<T extends LocalTile>(tile: T, range: { from: bigint; to: bigint }, lines: bigint): Slice<T>[] {
  const slices: Slice<T>[] = [];
  for (let from = range.from; from < range.to; from += lines) {
    const to = from + lines < range.to ? from + lines : range.to;
    slices.push({ tiles: [tile], offsets: { from, to } });
  }
  return slices;
}
