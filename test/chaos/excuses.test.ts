import assert from 'node:assert/strict';
import { Excuses } from './excuses.ts';
import type { DoneFault } from './verdict.ts';

const stall: DoneFault = {
  name: 'stall',
  kind: 'other',
  duties: ['collect-a', 'collect-b'],
  beganMs: 200_000,
  recoveryMs: 20_000,
  recoveredMs: 220_000,
};
const WARM_UNTIL_MS = 100_000;
const sinceTheStart = () => 0;
const covered = (faults: DoneFault[], times: number[], onAirSince: () => number | undefined = sinceTheStart) =>
  times.map((ms) => new Excuses({ warmUntilMs: WARM_UNTIL_MS, faults, onAirSince }).cover('haru', ms));

describe('Excuses.cover(channelLogin, atMs)', () => {
  it('is true while the pipeline starts, and false when it runs', () => {
    assert.deepEqual(covered([], [99_999, 100_000]), [true, false]);
  });

  it('is true during a fault that affects collecting, plus a second on both sides', () => {
    assert.deepEqual(covered([stall], [198_999, 199_000, 221_000, 221_001]), [false, true, true, false]);
  });

  it('is true during a kill, and false during a fault that affects only loading', () => {
    assert.deepEqual(covered([{ ...stall, kind: 'server', duties: ['load'] }], [210_000]), [true]);
    assert.deepEqual(covered([{ ...stall, duties: ['load', 'refine'] }], [210_000]), [false]);
  });

  it('does not end if a fault was not recovered from', () => {
    assert.deepEqual(covered([{ ...stall, recoveredMs: undefined }], [900_000]), [true]);
  });

  it('is true while a channel is off air, and until it must have been found', () => {
    assert.deepEqual(
      covered([], [400_000], () => undefined),
      [true],
    );
    assert.deepEqual(
      covered([], [469_999, 470_000], () => 400_000),
      [true, false],
    );
  });

  it('allows a channel that came on air during a fault to be found afterwards', () => {
    const loading: DoneFault = { ...stall, duties: ['refine'] };
    assert.deepEqual(
      covered([loading], [289_999, 290_000], () => 210_000),
      [true, false],
    );
  });
});
