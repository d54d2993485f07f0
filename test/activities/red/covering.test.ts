import assert from 'node:assert/strict';
import { coveredUpTo, firstUncovered, uncoveredParts } from '../../../activities/red/covering.ts';

const range = (from: number, to: number): { from: bigint; to: bigint } => ({ from: BigInt(from), to: BigInt(to) });

describe('coveredUpTo(ranges, wanted)', () => {
  it('is the end if adjacent ranges cover all, in any order', () => {
    assert.equal(coveredUpTo([range(5, 9), range(0, 5)], range(0, 9)), 9n);
  });
  it('stops at a hole', () => {
    assert.equal(coveredUpTo([range(0, 3), range(4, 9)], range(0, 9)), 3n);
  });
  it('starts at the wanted offset, inside a range', () => {
    assert.equal(coveredUpTo([range(0, 7)], range(5, 7)), 7n);
  });
  it('uses the widest of nested ranges', () => {
    assert.equal(coveredUpTo([range(0, 9), range(0, 3), range(3, 6)], range(0, 9)), 9n);
  });
  it('is the start if nothing covers it', () => {
    assert.equal(coveredUpTo([], range(4, 9)), 4n);
  });
});

describe('firstUncovered(boundaries, rangesOf)', () => {
  const boundary = { table: 'chat', partition: 0, from: '2', to: '6' } as const;
  it('returns the boundary and how far it is covered', () => {
    assert.deepEqual(
      firstUncovered([boundary], () => [range(0, 4)]),
      { boundary, coveredUpTo: 4n },
    );
  });
  it('is undefined if all are covered, including an empty hour', () => {
    assert.equal(
      firstUncovered([boundary, { ...boundary, from: '6' }], () => [range(0, 6)]),
      undefined,
    );
  });
});

describe('uncoveredParts(ranges, wanted)', () => {
  it('has none if all is covered', () => {
    assert.deepEqual(uncoveredParts([range(5, 9), range(0, 5)], range(0, 9)), []);
    assert.deepEqual(uncoveredParts([], range(4, 4)), []);
  });
  it('has the beginning, the holes and the end, in order', () => {
    const ranges = [range(7, 8), range(2, 4), range(2, 3), range(20, 30)];
    assert.deepEqual(uncoveredParts(ranges, range(0, 9)), [range(0, 2), range(4, 7), range(8, 9)]);
  });
  it('has all of it if nothing covers it', () => {
    assert.deepEqual(uncoveredParts([range(0, 3), range(9, 12)], range(3, 9)), [range(3, 9)]);
  });
});
