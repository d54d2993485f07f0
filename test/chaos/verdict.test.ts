import assert from 'node:assert/strict';
import { failings, judge, quantile } from './verdict.ts';
import type { Findings } from './verdict.ts';

const clean = { acknowledged: 20, red: 20, lost: 0, surplus: 0 };
const good: Findings = {
  seed: 1,
  sent: 12,
  faults: [
    { name: 'kill-loader', kind: 'worker', recoveryMs: 2_000 },
    { name: 'kill-kafka', kind: 'server', recoveryMs: 4_000 },
  ],
  red: [clean, clean],
  yellow: {
    yellow: 10,
    withId: 10,
    duplicatesInYellow: 0,
    invented: 0,
    gapsDeclared: 2,
    gapsUndeclared: 0,
    undeclared: [],
    digestEqual: true,
    lostOfTold: 0,
  },
  received: 10,
  notInYellow: 0,
  brokenReads: [],
  maxRssMb: 300,
};

describe('judge(findings)', () => {
  it('counts what both topics, the collectors and yellow have lost', () => {
    const lost = { ...clean, red: 17, lost: 3 };
    const yellow = { ...good.yellow, lostOfTold: 4 };
    assert.equal(judge({ ...good, red: [lost, lost], yellow, notInYellow: 5 }).lost, 15);
  });

  it('takes recovery times from the faults that were recovered from', () => {
    const { faults, recoveryP50Ms, recoveryP95Ms, recoveryMaxMs } = judge(good);
    assert.deepEqual([faults, recoveryP50Ms, recoveryP95Ms, recoveryMaxMs], [2, 2_000, 4_000, 4_000]);
  });
});

describe('failings(findings)', () => {
  it('finds nothing in a good run', () => {
    assert.deepEqual(failings(good), []);
  });

  const bad: [string, Findings][] = [
    ['a row of red that is missing', { ...good, red: [{ ...clean, lost: 1 }] }],
    ['a row of red twice', { ...good, red: [{ ...clean, surplus: 1 }] }],
    ['a message that yellow does not have', { ...good, notInYellow: 1 }],
    ['a message that was told as acknowledged', { ...good, yellow: { ...good.yellow, lostOfTold: 1 } }],
    ['a message twice', { ...good, yellow: { ...good.yellow, duplicatesInYellow: 1 } }],
    ['a message that nobody said', { ...good, yellow: { ...good.yellow, invented: 1 } }],
    ['a gap that coverage denies', { ...good, yellow: { ...good.yellow, gapsUndeclared: 1 } }],
    ['another digest', { ...good, yellow: { ...good.yellow, digestEqual: false } }],
    ['a fault without recovery', { ...good, faults: [{ name: 'cut', kind: 'other', recoveryMs: undefined }] }],
    ['a broken read', { ...good, brokenReads: ['half a page'] }],
  ];
  for (const [name, findings] of bad) {
    it(`finds ${name}`, () => assert.equal(failings(findings).length, 1));
  }
});

describe('quantile(values, share)', () => {
  it('gives the nearest rank', () => {
    const values = Array.from({ length: 20 }, (_, index) => index + 1);
    assert.deepEqual(
      [quantile(values, 0.5), quantile(values, 0.95), quantile(values, 1), quantile([], 0.5)],
      [10, 19, 20, 0],
    );
  });
});
