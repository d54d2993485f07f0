import assert from 'node:assert/strict';
import { idProblems } from './yellow.ts';

describe('idProblems(delivered, yellow)', () => {
  it('finds nothing if the ids are the same in any order', () => {
    assert.deepEqual(idProblems(['a', 'b'], ['b', 'a']), []);
  });

  it('finds missing, unknown and duplicate ids', () => {
    assert.deepEqual(idProblems(['a', 'b'], ['a', 'a', 'c']), [
      '1 messages were delivered but are not in yellow',
      '1 messages are in yellow and were never delivered',
      '1 messages are in yellow more than once',
    ]);
  });
});
