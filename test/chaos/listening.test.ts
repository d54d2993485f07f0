import assert from 'node:assert/strict';
import { Listening } from './listening.ts';
import type { CoverageRow } from './listening.ts';

const row = (kind: CoverageRow['kind'], atMs: number, collector = 'a-1', channelLogin = 'haru'): CoverageRow => ({
  kind,
  collector,
  channelLogin: kind === 'tally' ? null : channelLogin,
  atMs,
});

describe('Listening.claims(channelLogin, atMs)', () => {
  it('is true from a join to the loss or end', () => {
    const rows = [row('join', 1_000), row('loss', 5_000), row('join', 8_000), row('end', 9_000)];
    const listening = new Listening([...rows, row('tally', 0)]);
    const heard = [999, 1_000, 4_999, 5_000, 7_999, 8_000, 9_000].map((ms) => listening.claims('haru', ms));
    assert.deepEqual(heard, [false, true, true, false, false, true, false]);
    assert.equal(listening.claims('nabi', 2_000), false);
  });

  it('ends with the last reported window of a run that crashed', () => {
    const listening = new Listening([row('join', 1_000), row('tally', 0), row('tally', 10_000)]);
    assert.equal(listening.claims('haru', 19_999), true);
    assert.equal(listening.claims('haru', 20_000), false);
    assert.equal(new Listening([row('join', 1_000)]).claims('haru', 1_000), false);
  });

  it('ends with the last reported window even if a run reports a loss and crashes before its lines are acknowledged', () => {
    const listening = new Listening([row('join', 1_000), row('tally', 0), row('loss', 25_000)]);
    assert.equal(listening.claims('haru', 9_999), true);
    assert.equal(listening.claims('haru', 10_000), false);
  });

  it('is true if one of several collectors listened', () => {
    const listening = new Listening([
      row('join', 0),
      row('loss', 2_000),
      row('join', 1_000, 'b-1'),
      row('end', 5_000, 'b-1'),
      row('tally', 0),
      row('tally', 0, 'b-1'),
    ]);
    assert.equal(listening.claims('haru', 3_000), true);
    assert.equal(listening.claims('haru', 5_000), false);
  });
});
