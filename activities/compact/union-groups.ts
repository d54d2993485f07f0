import type { Tile } from '../red/tile.ts';

/**
 * Which tiles are to be united: each group follows without a hole, in one partition, and has two tiles or more. A group larger than
 * `maxBytes` is split at the borders of its tiles; a tile that is larger by itself stays as it is.
 * @param tiles of one hour, none nested, by partition and range
 */
export function groupForUnion(tiles: readonly Tile[], maxBytes: number): Tile[][] {
  const groups: Tile[][] = [];
  let bytes = 0;
  for (const tile of tiles) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    const follows = last?.partition === tile.partition && last.to === tile.from;
    if (group !== undefined && follows && bytes + tile.length <= maxBytes) {
      group.push(tile);
      bytes += tile.length;
    } else {
      groups.push([tile]);
      bytes = tile.length;
    }
  }
  return groups.filter((group) => group.length > 1);
}
