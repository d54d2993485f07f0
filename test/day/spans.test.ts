import assert from 'node:assert/strict';
import { before, union, subtract } from './spans.ts';

const spans = (...pairs: [number, number][]) => pairs.map(([fromMs, toMs]) => ({ fromMs, toMs }));

describe('union(spans)', () => {
  it('merges spans that touch or overlap, in any order, and drops empty ones', () => {
    assert.deepEqual(union(spans([5, 7], [1, 3], [3, 4], [6, 9], [10, 10])), spans([1, 4], [5, 9]));
  });
});

describe('subtract(spans, others)', () => {
  it('returns what is in none of the others', () => {
    assert.deepEqual(subtract(spans([0, 10]), spans([2, 3], [5, 6])), spans([0, 2], [3, 5], [6, 10]));
    assert.deepEqual(subtract(spans([0, 10], [20, 30]), spans([5, 25])), spans([0, 5], [25, 30]));
    assert.deepEqual(subtract(spans([4, 6]), spans([0, 10])), []);
    assert.deepEqual(subtract(spans([4, Infinity]), spans([0, 10])), spans([10, Infinity]));
  });
});

describe('before(spans, untilMs)', () => {
  it('cuts spans at a time', () => {
    assert.deepEqual(before(spans([0, 10], [12, Infinity], [30, 40]), 20), spans([0, 10], [12, 20]));
  });
});
