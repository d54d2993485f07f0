import assert from 'node:assert/strict';
import { halvesOf, slicesOf } from '../../../activities/yellow/slices.ts';
import type { Slice } from '../../../activities/yellow/slices.ts';

const tile = (partition: number, from: number, to: number) => ({
  partition,
  from: BigInt(from),
  to: BigInt(to),
  local: `p${partition}-${from}`,
});

/** `p0-0 p0-5` for whole tiles, `p0-0[3,6)` for a part of one. */
const texts = (slices: Slice[]): string[] =>
  slices.map(({ tiles, offsets }) => {
    const names = tiles.map(({ local }) => local).join(' ');
    return offsets === undefined ? names : `${names}[${offsets.from},${offsets.to})`;
  });

describe('slicesOf(tiles, mostLines)', () => {
  it('groups tiles in the order of their offsets, up to the limit', () => {
    const tiles = [tile(1, 0, 4), tile(0, 5, 9), tile(0, 0, 5), tile(2, 7, 8)];
    assert.deepEqual(texts(slicesOf(tiles, 9)), ['p0-0 p0-5', 'p1-0 p2-7']);
    assert.deepEqual(texts(slicesOf([], 9)), []);
  });

  it('divides a tile that is larger than the limit, and nothing else', () => {
    assert.deepEqual(texts(slicesOf([tile(0, 0, 2), tile(0, 2, 10), tile(1, 0, 1)], 3)), [
      'p0-0',
      'p0-2[2,5)',
      'p0-2[5,8)',
      'p0-2[8,10)',
      'p1-0',
    ]);
  });
});

describe('halvesOf(slice)', () => {
  it('divides tiles, then the offsets of one tile, until one line is left', () => {
    const [slice] = slicesOf([tile(0, 0, 3), tile(0, 3, 4), tile(1, 0, 1)], 9);
    assert.ok(slice);
    const halves = halvesOf(slice);
    assert.deepEqual(texts(halves), ['p0-0 p0-3', 'p1-0']);
    const quarters = halves.flatMap(halvesOf);
    assert.deepEqual(texts(quarters), ['p0-0', 'p0-3']);
    const parts = quarters.flatMap(halvesOf);
    assert.deepEqual(texts(parts), ['p0-0[0,2)', 'p0-0[2,3)']);
    assert.deepEqual(texts(parts.flatMap(halvesOf)), ['p0-0[0,1)', 'p0-0[1,2)']);
    assert.deepEqual(parts.flatMap(halvesOf).flatMap(halvesOf), []);
  });
});
