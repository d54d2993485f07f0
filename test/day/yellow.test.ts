import assert from 'node:assert/strict';
import { idsOff } from './yellow.ts';

describe('idsOff(delivered, yellow)', () => {
  it('finds nothing in the same ids, whatever their order', () => {
    assert.deepEqual(idsOff(['a', 'b'], ['b', 'a']), []);
  });

  it('finds what is lacking, what is invented and what is there twice', () => {
    assert.deepEqual(idsOff(['a', 'b'], ['a', 'a', 'c']), [
      '1 messages were delivered and are not in yellow',
      '1 messages are in yellow and were never delivered',
      '1 messages are in yellow more than once',
    ]);
  });
});
