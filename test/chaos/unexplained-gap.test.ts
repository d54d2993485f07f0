import assert from 'node:assert/strict';
import { Excuses } from './excuses.ts';
import { unexplainedGap } from './unexplained-gap.ts';
import { Listening } from './listening.ts';

const excuses = new Excuses({ warmUntilMs: 1_000, faults: [], onAirSince: () => -100_000 });
const listening = new Listening([
  { kind: 'join', collector: 'a-1', channelLogin: 'haru', atMs: 5_000 },
  { kind: 'tally', collector: 'a-1', channelLogin: null, atMs: 0 },
]);
const why = (...atMs: number[]) => unexplainedGap({ channelLogin: 'haru', atMs }, listening, excuses);

describe('unexplainedGap(times, listening, excuses)', () => {
  it('returns undefined if no collector claims to have listened and an excuse covers it', () => {
    assert.equal(why(500), undefined);
  });

  it('names the time at which coverage claims listening', () => {
    assert.match(why(500, 6_000) ?? '', /haru at 1970-01-01T00:00:06.000Z, although coverage claims listening/);
  });

  it('names the time that no excuse covers', () => {
    assert.match(why(2_000) ?? '', /haru at 1970-01-01T00:00:02.000Z, without a fault that explains it/);
  });
});
