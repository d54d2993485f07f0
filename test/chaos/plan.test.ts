import assert from 'node:assert/strict';
import { planFaults } from './plan.ts';

const names = ['kill', 'cut', 'freeze'];

describe('planFaults(options)', () => {
  it('gives the same faults for the same seed, and others for another', () => {
    assert.deepEqual(planFaults({ seed: 7, minutes: 2, names }), planFaults({ seed: 7, minutes: 2, names }));
    assert.notDeepEqual(planFaults({ seed: 7, minutes: 2, names }), planFaults({ seed: 8, minutes: 2, names }));
  });

  it('takes each name once before it takes one again', () => {
    const planned = planFaults({ seed: 3, minutes: 5, names });
    for (let at = 0; at + names.length <= planned.length; at += names.length) {
      const round = planned.slice(at, at + names.length).map(({ name }) => name);
      assert.deepEqual(round.sort(), [...names].sort());
    }
  });

  it('leaves some quiet at both ends', () => {
    const planned = planFaults({ seed: 3, minutes: 1, names });
    assert.ok((planned[0]?.atSeconds ?? 0) >= 8);
    assert.ok((planned.at(-1)?.atSeconds ?? 60) <= 55);
  });
});
