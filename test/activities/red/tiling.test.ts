import assert from 'node:assert/strict';
import { checkTiling } from '../../../activities/red/tiling.ts';

describe('checkTiling(tiles, gaps)', () => {
  const range = (from: number, to: number, partition = 0) => ({ partition, from: BigInt(from), to: BigInt(to) });

  it('finds no fault in tiles that follow each other, whatever their order', () => {
    const tiles = [range(10, 20), range(0, 10), range(0, 5, 1), range(5, 9, 1)];
    assert.deepEqual(checkTiling(tiles, []), {
      tiles: [range(0, 10), range(10, 20), range(0, 5, 1), range(5, 9, 1)],
      nested: [],
      faults: [],
    });
  });

  it('counts a gap record as accounted for', () => {
    assert.deepEqual(checkTiling([range(0, 10), range(12, 20)], [range(10, 12)]).faults, []);
  });

  it('may begin later than at 0: retention removes old hours', () => {
    assert.deepEqual(checkTiling([range(500, 600)], []).faults, []);
  });

  it('finds a hole', () => {
    assert.deepEqual(checkTiling([range(0, 10), range(12, 20)], []).faults, [{ kind: 'hole', ...range(10, 12) }]);
  });

  it('finds an overlap', () => {
    assert.deepEqual(checkTiling([range(0, 10), range(8, 20)], []).faults, [{ kind: 'overlap', ...range(8, 10) }]);
  });

  it('takes the widest of nested tiles', () => {
    const found = checkTiling([range(0, 4), range(4, 10), range(0, 10), range(10, 12)], []);
    assert.deepEqual(found, {
      tiles: [range(0, 10), range(10, 12)],
      nested: [range(0, 4), range(4, 10)],
      faults: [],
    });
  });
});
