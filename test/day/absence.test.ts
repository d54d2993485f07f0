import assert from 'node:assert/strict';
import { longestAbsence } from './absence.ts';

const room = (...stays: [number, number | null][]) => ({
  stays: stays.map(([fromMs, toMs]) => ({ fromMs, toMs, endedBy: toMs === null ? null : ('server closed' as const) })),
  unheard: [],
  refused: [],
});

describe('longestAbsence(account, shut)', () => {
  it('is the longest time between two stays in a room that admits us', () => {
    const account = {
      a: room([0, 10], [15, 20], [90, null]),
      b: room([0, 10], [50, null]),
      c: room([0, 1], [999, null]),
    };
    assert.deepEqual(longestAbsence(account, ['c']), { channelLogin: 'a', ms: 70 });
  });

  it('is undefined if no connection came back', () => {
    assert.equal(longestAbsence({ a: room([0, 10]) }, []), undefined);
  });
});
