import assert from 'node:assert/strict';
import { failures, judge, quantile } from './verdict.ts';
import type { DoneFault, Findings } from './verdict.ts';

const fault = (name: string, kind: DoneFault['kind'], recoveryMs: number | undefined): DoneFault => ({
  name,
  kind,
  duties: [],
  beganMs: 0,
  recoveryMs,
  recoveredMs: recoveryMs,
});
const clean = { acknowledged: 20, red: 20, lost: 0, surplus: 0 };
const good: Findings = {
  seed: 1,
  sent: 12,
  faults: [fault('kill-loader', 'worker', 2_000), fault('kill-kafka', 'server', 4_000)],
  faultFailures: [],
  red: [clean, clean],
  yellow: {
    yellow: 2,
    messageIds: new Set(['m1', 'm2']),
    crowdedHours: [],
    duplicatesInYellow: 0,
    neverSent: 0,
    gapsDeclared: 2,
    gapsUndeclared: 0,
    undeclared: [],
    digestEqual: true,
    lostOfReported: 0,
  },
  forgetting: {
    faults: ['kill-refiner'],
    rowsBefore: 4,
    filesBefore: 2,
    filesLeft: [],
    othersChanged: 0,
    linesChanged: 0,
  },
  inKafka: new Set(['m1', 'm2']),
  reads: { tables: 3, pages: 3 },
  brokenReads: [],
  maxRssMb: 300,
};

describe('judge(findings)', () => {
  it('counts losses of both topics, the collectors and yellow', () => {
    const lost = { ...clean, red: 17, lost: 3 };
    const yellow = { ...good.yellow, lostOfReported: 4 };
    assert.equal(judge({ ...good, red: [lost, lost], yellow, inKafka: new Set(['m1', 'm3']) }).lost, 11);
  });

  it('takes recovery times from the faults', () => {
    const { faults, recoveryP50Ms, recoveryP95Ms, recoveryMaxMs } = judge(good);
    assert.deepEqual([faults, recoveryP50Ms, recoveryP95Ms, recoveryMaxMs], [2, 2_000, 4_000, 4_000]);
  });

  it('counts a fault without recovery with the full waiting time', () => {
    assert.equal(judge({ ...good, faults: [fault('cut', 'other', undefined)] }).recoveryP50Ms, 240_000);
  });
});

describe('failures(findings)', () => {
  it('finds nothing in a good run', () => {
    assert.deepEqual(failures(good), []);
  });

  const bad: [string, Findings][] = [
    ['a row of red that is missing', { ...good, red: [{ ...clean, lost: 1 }] }],
    ['a row of red twice', { ...good, red: [{ ...clean, surplus: 1 }] }],
    ['a message that is missing in yellow', { ...good, inKafka: new Set(['m1', 'm3']) }],
    ['a message that was reported as acknowledged', { ...good, yellow: { ...good.yellow, lostOfReported: 1 } }],
    ['a message twice', { ...good, yellow: { ...good.yellow, duplicatesInYellow: 1 } }],
    ['a message that was never sent', { ...good, yellow: { ...good.yellow, neverSent: 1 } }],
    ['a gap that coverage denies', { ...good, yellow: { ...good.yellow, gapsUndeclared: 1 } }],
    ['another digest', { ...good, yellow: { ...good.yellow, digestEqual: false } }],
    ['a fault without recovery', { ...good, faults: [fault('cut', 'other', undefined)] }],
    ['a fault that could not be done', { ...good, faultFailures: ['cut could not be done'] }],
    ['an hour of yellow in two files', { ...good, yellow: { ...good.yellow, crowdedHours: ['chat/hour=1'] } }],
    ['a trace of a forgotten user', { ...good, forgetting: { ...good.forgetting, filesLeft: ['red/p0.parquet'] } }],
    ['rows of others that forgetting took', { ...good, forgetting: { ...good.forgetting, othersChanged: 1 } }],
    ['lines of red that forgetting took', { ...good, forgetting: { ...good.forgetting, linesChanged: 1 } }],
    ['that nobody could be forgotten', { ...good, forgetting: { ...good.forgetting, rowsBefore: 0 } }],
    ['a search that finds nobody', { ...good, forgetting: { ...good.forgetting, filesBefore: 0 } }],
    ['a reader without tables', { ...good, reads: { tables: 0, pages: 1 } }],
    ['a reader without pages', { ...good, reads: { tables: 1, pages: 0 } }],
    ['a broken read', { ...good, brokenReads: ['half a page'] }],
  ];
  for (const [name, findings] of bad) {
    it(`finds ${name}`, () => assert.equal(failures(findings).length, 1));
  }
});

describe('quantile(values, share)', () => {
  it('returns the nearest rank', () => {
    const values = Array.from({ length: 20 }, (_, index) => index + 1);
    assert.deepEqual(
      [quantile(values, 0.5), quantile(values, 0.95), quantile(values, 1), quantile([], 0.5)],
      [10, 19, 20, 0],
    );
  });
});
