import assert from 'node:assert/strict';
import { heartbeatSeconds } from '../../../activities/temporal/heartbeat-seconds.ts';

describe('heartbeatSeconds(rooms)', () => {
  it('grows with the rooms, from 15 to 60 s', () => {
    assert.deepEqual([0, 100, 1_500, 1_501, 4_000, 6_000, 10_000].map(heartbeatSeconds), [15, 15, 15, 16, 40, 60, 60]);
  });
});
