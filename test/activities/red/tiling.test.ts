import assert from 'node:assert/strict';
import { findSharedRows, findTilingFaults } from '../../../activities/red/tiling.ts';

describe('findSharedRows(tiles)', () => {
  const range = (from: number, to: number, partition = 0) => ({ partition, from: BigInt(from), to: BigInt(to) });
  const find = (...tiles: ReturnType<typeof range>[]) => {
    const { nested, overlaps } = findSharedRows(tiles);
    return { nested: [...nested], overlaps };
  };

  it('finds none in disjoint tiles, in any order, with or without holes', () => {
    const found = find(range(10, 20), range(0, 10), range(0, 5, 1), range(7, 9, 1), range(25, 30));
    assert.deepEqual(found, { nested: [], overlaps: [] });
  });

  it('finds the parts of a union, at its start, inside and at its end', () => {
    const found = find(range(0, 4), range(4, 6), range(6, 10), range(0, 10), range(10, 12), range(0, 4, 1));
    assert.deepEqual(found, { nested: [range(0, 4), range(4, 6), range(6, 10)], overlaps: [] });
  });

  it('keeps one of two tiles with the same range', () => {
    assert.deepEqual(find(range(0, 4), range(0, 4)), { nested: [range(0, 4)], overlaps: [] });
  });

  it('finds overlapping tiles that are not nested', () => {
    const found = find(range(0, 10), range(8, 20), range(9, 12));
    assert.deepEqual(found, { nested: [range(9, 12)], overlaps: [[range(0, 10), range(8, 20)]] });
  });
});

describe('findTilingFaults(pieces)', () => {
  const range = (from: number, to: number, partition = 0) => ({ partition, from: BigInt(from), to: BigInt(to) });

  it('finds none in consecutive pieces, with nested ones, from any start', () => {
    const pieces = [range(20, 30), range(10, 20), range(12, 15), range(10, 12), range(5, 9, 1), range(9, 10, 1)];
    assert.deepEqual(findTilingFaults(pieces), []);
    assert.deepEqual(findTilingFaults([]), []);
  });

  it('finds holes and overlaps, by partition and offset, with the piece at which they occur', () => {
    const pieces = [
      range(0, 4),
      range(6, 9),
      range(8, 12),
      range(12, 13),
      range(14, 15),
      range(3, 4, 1),
      range(0, 2, 1),
    ];
    const inShort = findTilingFaults(pieces).map(({ kind, partition, from, to, at }) =>
      [kind, partition, from, to, at.from].join(' '),
    );
    assert.deepEqual(inShort, ['hole 0 4 6 6', 'overlap 0 8 9 8', 'hole 0 13 14 14', 'hole 1 2 3 3']);
  });
});
