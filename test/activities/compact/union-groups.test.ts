import assert from 'node:assert/strict';
import { groupForUnion } from '../../../activities/compact/union-groups.ts';

const tile = (from: number, to: number, { partition = 0, length = 1 } = {}) => ({
  partition,
  from: BigInt(from),
  to: BigInt(to),
  hour: '2026-11-25T14',
  path: `p${partition}-${from}-${to}`,
  length,
  modificationTimeMs: 0,
});

describe('groupForUnion(tiles, maxBytes)', () => {
  const group = (tiles: ReturnType<typeof tile>[], maxBytes = 1_000) =>
    groupForUnion(tiles, maxBytes).map((tiles) => tiles.map(({ path }) => path));

  it('groups consecutive tiles of one partition', () => {
    const tiles = [tile(0, 4), tile(4, 6), tile(6, 7), tile(7, 9, { partition: 1 }), tile(9, 10, { partition: 1 })];
    assert.deepEqual(group(tiles), [
      ['p0-0-4', 'p0-4-6', 'p0-6-7'],
      ['p1-7-9', 'p1-9-10'],
    ]);
  });

  it('splits at missing offsets, such as a gap record', () => {
    assert.deepEqual(group([tile(0, 4), tile(4, 6), tile(8, 9), tile(9, 12)]), [
      ['p0-0-4', 'p0-4-6'],
      ['p0-8-9', 'p0-9-12'],
    ]);
  });

  it('splits between two tiles if a union would be too large', () => {
    const tiles = [0, 1, 2, 3, 4].map((at) => tile(at, at + 1, { length: 40 }));
    assert.deepEqual(group(tiles, 100), [
      ['p0-0-1', 'p0-1-2'],
      ['p0-2-3', 'p0-3-4'],
    ]);
  });

  it('leaves out single files and files that are too large', () => {
    assert.deepEqual(group([]), []);
    assert.deepEqual(group([tile(0, 4), tile(0, 4, { partition: 1 }), tile(6, 7, { partition: 1 })]), []);
    assert.deepEqual(group([tile(0, 1, { length: 500 }), tile(1, 2), tile(2, 3)], 100), [['p0-1-2', 'p0-2-3']]);
  });
});
