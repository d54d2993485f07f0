import assert from 'node:assert/strict';
import { planFaults } from './plan.ts';

const KILLS = ['kill-loader', 'kill-kafka'];
const LINKS = ['cut', 'latency', 'slices', 'half-open'];
const KINDS = [KILLS, LINKS];

describe('planFaults(options)', () => {
  it('returns the same faults for the same seed, and others for another', () => {
    assert.deepEqual(
      planFaults({ seed: 7, minutes: 2, kinds: KINDS }),
      planFaults({ seed: 7, minutes: 2, kinds: KINDS }),
    );
    assert.notDeepEqual(
      planFaults({ seed: 7, minutes: 2, kinds: KINDS }),
      planFaults({ seed: 8, minutes: 2, kinds: KINDS }),
    );
  });

  it('alternates kinds, and uses each fault of a kind once before repeating one', () => {
    const names = planFaults({ seed: 3, minutes: 5, kinds: KINDS }).map(({ name }) => name);
    for (let at = 0; at + KINDS.length <= names.length; at += KINDS.length) {
      assert.equal(names.slice(at, at + KINDS.length).filter((name) => KILLS.includes(name)).length, 1);
    }
    const first = names.filter((name) => LINKS.includes(name)).slice(0, LINKS.length);
    assert.deepEqual(first.sort(), [...LINKS].sort());
  });

  it('leaves time without faults at both ends', () => {
    const planned = planFaults({ seed: 3, minutes: 1, kinds: KINDS });
    assert.ok((planned[0]?.atSeconds ?? 0) >= 8);
    assert.ok((planned.at(-1)?.atSeconds ?? 60) <= 55);
  });
});
