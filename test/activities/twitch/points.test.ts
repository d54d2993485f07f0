import assert from 'node:assert/strict';
import { Points } from '../../../activities/twitch/points.ts';

describe('new Points(now)', () => {
  let nowMs: number;
  let points: Points;
  const headers = (remaining: unknown, resetInSeconds: number): Record<string, unknown> => ({
    'ratelimit-remaining': remaining,
    'ratelimit-reset': String(Math.ceil(nowMs / 1000) + resetInSeconds),
  });

  beforeEach(() => {
    nowMs = 1_764_072_000_000;
    points = new Points(() => nowMs);
  });

  it('does not wait before the first answer', () => {
    for (let n = 0; n < 1_000; n += 1) points.take();
    assert.equal(points.waitMs(), 0);
  });

  it('waits until the bucket is full if no points are left', () => {
    points.answered(headers('1', 30));
    assert.equal(points.waitMs(), 0);
    points.take();
    assert.equal(points.waitMs(), 30_000);
    nowMs += 30_000;
    assert.equal(points.waitMs(), 0);
  });

  it('waits after a 429 with any remaining points, one second if the reset time is past or missing', () => {
    points.exhausted(headers('700', 20));
    assert.equal(points.waitMs(), 20_000);
    points.exhausted(headers('700', -50));
    assert.equal(points.waitMs(), 1_000);
    points.answered(headers('5', 30));
    points.exhausted({});
    assert.equal(points.waitMs(), 1_000);
  });

  it('uses the clock of the server if the answer has a date', () => {
    for (const skewMs of [-3_600_000, 3_600_000]) {
      const serverMs = nowMs + skewMs;
      const date = new Date(serverMs).toUTCString();
      points.answered({ 'ratelimit-remaining': '0', 'ratelimit-reset': String(serverMs / 1000 + 25), date });
      assert.equal(points.waitMs(), 25_000);
      points.exhausted({ 'ratelimit-reset': String(serverMs / 1000 + 40), date });
      assert.equal(points.waitMs(), 40_000);
    }
    points.exhausted({ ...headers('0', 20), date: 'yesterday' });
    assert.equal(points.waitMs(), 20_000);
  });

  it('waits longer after each consecutive 429 without a reset time, until the bucket is certainly full', () => {
    const waits = Array.from({ length: 8 }, () => (points.exhausted({}), points.waitMs()));
    assert.deepEqual(waits, [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 61_000, 61_000]);
    points.answered(headers('5', 30));
    points.exhausted({});
    assert.equal(points.waitMs(), 1_000);
  });

  it('never waits longer than the bucket needs to fill', () => {
    points.exhausted({ 'ratelimit-reset': '99999999999' });
    assert.equal(points.waitMs(), 61_000);
  });

  it('ignores missing and non-numeric headers', () => {
    for (const remaining of [undefined, '', 'many', '-3', ['1', '2']]) points.answered(headers(remaining, 30));
    assert.equal(points.waitMs(), 0);
  });
});
