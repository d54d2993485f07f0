import assert from 'node:assert/strict';
import { readOptions } from './options.ts';

describe('readOptions(args)', () => {
  it('uses defaults and given values', () => {
    assert.deepEqual(readOptions([]), { seed: 1, minutes: 6 });
    assert.deepEqual(readOptions(['--seed', '7', '--minutes', '12']), { seed: 7, minutes: 12 });
  });

  it('names an invalid option', () => {
    for (const seed of ['', 'x', '-1', '1.5']) assert.throws(() => readOptions([`--seed=${seed}`]), /SEED/);
    for (const minutes of ['', '3', 'six']) assert.throws(() => readOptions([`--minutes=${minutes}`]), /MINUTES/);
  });
});
