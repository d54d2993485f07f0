import assert from 'node:assert/strict';
import { hoursBackfilled } from './readme-lines.ts';

describe('hoursBackfilled(nowMs)', () => {
  it('returns the hours whose start was due since midnight', () => {
    assert.deepEqual(hoursBackfilled(Date.parse('2026-11-26T00:01:30Z')), []);
    assert.deepEqual(hoursBackfilled(Date.parse('2026-11-26T02:30:00Z')), [
      '2026-11-25T23',
      '2026-11-26T00',
      '2026-11-26T01',
    ]);
  });
});
