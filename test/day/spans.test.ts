import assert from 'node:assert/strict';
import { before, union, without } from './spans.ts';

const spans = (...pairs: [number, number][]) => pairs.map(([fromMs, toMs]) => ({ fromMs, toMs }));

describe('union(spans)', () => {
  it('joins what touches or overlaps, in any order, and leaves out what is empty', () => {
    assert.deepEqual(union(spans([5, 7], [1, 3], [3, 4], [6, 9], [10, 10])), spans([1, 4], [5, 9]));
  });
});

describe('without(spans, others)', () => {
  it('gives what is in none of the others', () => {
    assert.deepEqual(without(spans([0, 10]), spans([2, 3], [5, 6])), spans([0, 2], [3, 5], [6, 10]));
    assert.deepEqual(without(spans([0, 10], [20, 30]), spans([5, 25])), spans([0, 5], [25, 30]));
    assert.deepEqual(without(spans([4, 6]), spans([0, 10])), []);
    assert.deepEqual(without(spans([4, Infinity]), spans([0, 10])), spans([10, Infinity]));
  });
});

describe('before(spans, untilMs)', () => {
  it('cuts at a time', () => {
    assert.deepEqual(before(spans([0, 10], [12, Infinity], [30, 40]), 20), spans([0, 10], [12, 20]));
  });
});
