import assert from 'node:assert/strict';
import { planFaults } from './plan.ts';

const kills = ['kill-loader', 'kill-kafka'];
const links = ['cut', 'latency', 'slices', 'half-open'];
const kinds = [kills, links];

describe('planFaults(options)', () => {
  it('gives the same faults for the same seed, and others for another', () => {
    assert.deepEqual(planFaults({ seed: 7, minutes: 2, kinds }), planFaults({ seed: 7, minutes: 2, kinds }));
    assert.notDeepEqual(planFaults({ seed: 7, minutes: 2, kinds }), planFaults({ seed: 8, minutes: 2, kinds }));
  });

  it('lets kinds take turns, and takes each fault of a kind once before it takes one again', () => {
    const names = planFaults({ seed: 3, minutes: 5, kinds }).map(({ name }) => name);
    for (let at = 0; at + kinds.length <= names.length; at += kinds.length) {
      assert.equal(names.slice(at, at + kinds.length).filter((name) => kills.includes(name)).length, 1);
    }
    const first = names.filter((name) => links.includes(name)).slice(0, links.length);
    assert.deepEqual(first.sort(), [...links].sort());
  });

  it('leaves some quiet at both ends', () => {
    const planned = planFaults({ seed: 3, minutes: 1, kinds });
    assert.ok((planned[0]?.atSeconds ?? 0) >= 8);
    assert.ok((planned.at(-1)?.atSeconds ?? 60) <= 55);
  });
});
