import assert from 'node:assert/strict';
import { sumMismatches } from '../../cli/demo-sums.ts';

const truth = { sent: 10, distinctIds: 9 };
const counts = { received: 10, acknowledged: 10, red: 10, yellow: 9, gaps: 0 };

describe('sumMismatches(truth, counts)', () => {
  it('is empty if all sums agree', () => {
    assert.deepEqual(sumMismatches(truth, counts), []);
  });
  for (const [name, changed, expected] of [
    ['received', { received: 9 }, ['received is 9, sent is 10', 'acknowledged is 10, received is 9']],
    ['acknowledged', { acknowledged: 9 }, ['acknowledged is 9, received is 10', 'red is 10, acknowledged is 9']],
    ['red', { red: 11 }, ['red is 11, acknowledged is 10']],
    ['yellow', { yellow: 10 }, ['yellow is 10, the number of distinct ids sent is 9']],
  ] as const) {
    it(`names ${name} if it does not agree`, () => {
      assert.deepEqual(sumMismatches(truth, { ...counts, ...changed }), expected);
    });
  }
});
