import assert from 'node:assert/strict';
import type { RoomAccount, Stay } from '../../infra/twitch-simulator/attendance.ts';
import { BOUNDS, compareCoverage, refusedWishes } from './coverage-against-account.ts';
import type { ReasonedRow } from './coverage-against-account.ts';

const COLLECTOR = 'day-1';
const UNTIL_MS = 200_000;
const lived: ReasonedRow = { kind: 'tally', collector: COLLECTOR, channelLogin: null, atMs: UNTIL_MS, reason: null };

function row(kind: ReasonedRow['kind'], atMs: number, reason: string | null = null): ReasonedRow {
  return { kind, collector: COLLECTOR, channelLogin: 'fox', atMs, reason };
}

function room(stays: Stay[], unheardAtMs: number[] = []): Record<string, RoomAccount> {
  return { fox: { stays, unheard: unheardAtMs.map((atMs) => ({ id: 'm', atMs })), refused: [] } };
}

function failingsOf(
  account: Record<string, RoomAccount>,
  rows: ReasonedRow[],
  leaves = new Map<string, RegExp>(),
): string[] {
  return compareCoverage({ account, rows: [lived, ...rows], untilMs: UNTIL_MS, leaves }).failings;
}

describe('compareCoverage(input)', () => {
  const closed: Stay = { fromMs: 10_000, toMs: 50_000, endedBy: 'server closed' };
  const rows = [row('join', 10_050), row('loss', 49_000, 'connection lost')];

  it('finds nothing where coverage is the account, within the bounds', () => {
    const { failings, widest } = compareCoverage({
      account: room([closed], [60_000]),
      rows: [lived, ...rows],
      untilMs: UNTIL_MS,
      leaves: new Map(),
    });
    assert.deepEqual(failings, []);
    assert.deepEqual(widest, { join: 50, end: 1_000, handover: 0, overclaim: 0 });
  });

  it('finds a message that is claimed and was heard by nobody, however short the claim', () => {
    const short = room([{ ...closed, toMs: 48_990 }], [48_995]);
    assert.match(failingsOf(short, rows).join('; '), /claims a message that nobody could hear/);
  });

  it('finds a claim that goes too far, also of a room that nobody was ever in', () => {
    assert.match(
      failingsOf(room([{ ...closed, toMs: 47_000 }]), rows).join('; '),
      /claims more than there was by 2000 ms/,
    );
    assert.match(failingsOf({}, rows).join('; '), /claims more than there was by 38950 ms/);
  });

  it('finds a join that is told too late and an end that is dated too early', () => {
    const late = [row('join', 10_000 + BOUNDS.join + 1), row('loss', 50_000 - BOUNDS.end - 1, 'connection lost')];
    assert.match(failingsOf(room([closed]), late).join('; '), /told too late by 2001 ms.*dated too early by 6001 ms/);
  });

  it('finds a stay that coverage does not know, and one with a hole', () => {
    assert.match(failingsOf(room([closed]), []).join('; '), /told too late by 40000 ms/);
    const hole = [
      row('join', 10_000),
      row('loss', 20_000, 'connection lost'),
      row('join', 22_000),
      row('loss', 50_000, 'connection lost'),
    ];
    assert.match(failingsOf(room([closed]), hole).join('; '), /a hole within a stay by 2000 ms/);
  });

  it('finds a reason that is not true', () => {
    assert.match(
      failingsOf(room([{ ...closed, endedBy: 'stalled' }]), rows).join('; '),
      /ended by stalled, and coverage says connection lost/,
    );
    assert.match(failingsOf(room([{ ...closed, endedBy: 'banned' }]), rows).join('; '), /ended by banned/);
  });

  it('wants a cause for each room that we leave, and the reason that goes with it', () => {
    const left = room([{ ...closed, endedBy: 'part' }]);
    const ended = [row('join', 10_000), row('end', 50_000, 'the stream ended')];
    assert.match(failingsOf(left, ended).join('; '), /without a cause/);
    assert.deepEqual(failingsOf(left, ended, new Map([['fox', /^the stream ended$/]])), []);
    assert.match(failingsOf(left, ended, new Map([['fox', /^made room/]])).join('; '), /says the stream ended/);
  });

  it('claims nothing for a collector that has fallen silent', () => {
    const silent = compareCoverage({
      account: room([{ fromMs: 10_000, toMs: null, endedBy: null }]),
      rows: [{ ...lived, atMs: 90_000 }, row('join', 10_000)],
      untilMs: UNTIL_MS,
      leaves: new Map(),
    });
    assert.match(silent.failings.join('; '), /dated too early by 100000 ms/);
  });
});

describe('refusedWishes(input)', () => {
  const account = { fox: { stays: [], unheard: [], refused: [{ atMs: 5_000, answer: 'msg_channel_suspended' }] } };
  const startedAtMs = (): number => 4_000;

  it('finds nothing where a room that never let us in is told from its start, with the answer', () => {
    const rows = [row('loss', 4_500, 'msg_channel_suspended')];
    assert.deepEqual(refusedWishes({ account, rows, startedAtMs }), { wishes: 1, failings: [] });
    const mute = { fox: { ...account.fox, refused: [{ atMs: 5_000, answer: null }] } };
    assert.deepEqual(
      refusedWishes({ account: mute, rows: [row('loss', 4_500, 'JOIN was not confirmed')], startedAtMs }).failings,
      [],
    );
  });

  it('finds a wish that is not told, or too late, or for another reason', () => {
    assert.match(refusedWishes({ account, rows: [], startedAtMs }).failings.join('; '), /does not say so/);
    const wrong = refusedWishes({ account, rows: [row('loss', 40_000, 'connection lost')], startedAtMs }).failings;
    assert.match(wrong.join('; '), /coverage says connection lost.*36000 ms after its chat began/);
  });
});
