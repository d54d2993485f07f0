import type { Tile } from '../red/tile.ts';

/**
 * Groups the tiles that should be united. Each group has two or more consecutive tiles of one partition, with at most `maxBytes` in all. A
 * larger tile is in no group.
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
