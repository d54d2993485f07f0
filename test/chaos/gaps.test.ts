import assert from 'node:assert/strict';
import { Excuses } from './excuses.ts';
import { whyNotMissing } from './gaps.ts';
import { Listening } from './listening.ts';

const excuses = new Excuses({ warmUntilMs: 1_000, faults: [], onAirSince: () => -100_000 });
const listening = new Listening([
  { kind: 'join', collector: 'a-1', channelLogin: 'haru', atMs: 5_000 },
  { kind: 'tally', collector: 'a-1', channelLogin: null, atMs: 0 },
]);
const why = (...atMs: number[]) => whyNotMissing({ channelLogin: 'haru', atMs }, listening, excuses);

describe('whyNotMissing(said, listening, excuses)', () => {
  it('finds nothing where nobody claims to have heard it and nobody could', () => {
    assert.equal(why(500), undefined);
  });

  it('names the time that coverage claims', () => {
    assert.match(why(500, 6_000) ?? '', /haru at 1970-01-01T00:00:06.000Z, which coverage claims/);
  });

  it('names the time at which nothing was wrong', () => {
    assert.match(why(2_000) ?? '', /haru at 1970-01-01T00:00:02.000Z, when nothing kept both/);
  });
});
