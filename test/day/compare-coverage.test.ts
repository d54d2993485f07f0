import assert from 'node:assert/strict';
import type { RoomAccount, Stay } from '../../infra/twitch-simulator/attendance.ts';
import { BOUNDS, compareCoverage, checkRefusedRooms } from './compare-coverage.ts';
import type { ReasonedRow } from './compare-coverage.ts';

const COLLECTOR = 'day-1';
const UNTIL_MS = 200_000;
const alive: ReasonedRow = { kind: 'tally', collector: COLLECTOR, channelLogin: null, atMs: UNTIL_MS, reason: null };

function row(kind: ReasonedRow['kind'], atMs: number, reason: string | null = null): ReasonedRow {
  return { kind, collector: COLLECTOR, channelLogin: 'fox', atMs, reason };
}

function room(stays: Stay[], unheardAtMs: number[] = []): Record<string, RoomAccount> {
  return { fox: { stays, unheard: unheardAtMs.map((atMs) => ({ id: 'm', atMs })), refused: [] } };
}

function failuresOf(
  account: Record<string, RoomAccount>,
  rows: ReasonedRow[],
  leaves = new Map<string, RegExp>(),
): string[] {
  return compareCoverage({ account, rows: [alive, ...rows], untilMs: UNTIL_MS, leaves }).failures;
}

describe('compareCoverage(input)', () => {
  const closed: Stay = { fromMs: 10_000, toMs: 50_000, endedBy: 'server closed' };
  const rows = [row('join', 10_050), row('loss', 49_000, 'connection lost')];

  it('finds nothing if coverage equals the account within the bounds', () => {
    const { failures, widest } = compareCoverage({
      account: room([closed], [60_000]),
      rows: [alive, ...rows],
      untilMs: UNTIL_MS,
      leaves: new Map(),
    });
    assert.deepEqual(failures, []);
    assert.deepEqual(widest, { join: 50, end: 1_000, handover: 0, overclaim: 0 });
  });

  it('finds a claimed message that no connection could receive, however short the claim', () => {
    const short = room([{ ...closed, toMs: 48_990 }], [48_995]);
    assert.match(failuresOf(short, rows).join('; '), /claims a message that no connection could receive/);
  });

  it('finds a claim that goes too far, also for a room that was never joined', () => {
    assert.match(failuresOf(room([{ ...closed, toMs: 47_000 }]), rows).join('; '), /claims too much by 2000 ms/);
    assert.match(failuresOf({}, rows).join('; '), /claims too much by 38950 ms/);
  });

  it('finds a join that is reported too late and an end that is dated too early', () => {
    const late = [row('join', 10_000 + BOUNDS.join + 1), row('loss', 50_000 - BOUNDS.end - 1, 'connection lost')];
    assert.match(
      failuresOf(room([closed]), late).join('; '),
      /reported too late by 2001 ms.*dated too early by 6001 ms/,
    );
  });

  it('finds a stay that is missing in coverage, and one with a gap', () => {
    assert.match(failuresOf(room([closed]), []).join('; '), /reported too late by 40000 ms/);
    const hole = [
      row('join', 10_000),
      row('loss', 20_000, 'connection lost'),
      row('join', 22_000),
      row('loss', 50_000, 'connection lost'),
    ];
    assert.match(failuresOf(room([closed]), hole).join('; '), /a gap within a stay by 2000 ms/);
  });

  it('finds a wrong reason', () => {
    assert.match(
      failuresOf(room([{ ...closed, endedBy: 'stalled' }]), rows).join('; '),
      /ended by stalled, but coverage says connection lost/,
    );
    assert.match(failuresOf(room([{ ...closed, endedBy: 'banned' }]), rows).join('; '), /ended by banned/);
  });

  it('requires a cause for each room that we leave, and its reason', () => {
    const left = room([{ ...closed, endedBy: 'part' }]);
    const ended = [row('join', 10_000), row('end', 50_000, 'the stream ended')];
    assert.match(failuresOf(left, ended).join('; '), /without a cause/);
    assert.deepEqual(failuresOf(left, ended, new Map([['fox', /^the stream ended$/]])), []);
    assert.match(failuresOf(left, ended, new Map([['fox', /^made room/]])).join('; '), /says the stream ended/);
  });

  it('claims nothing for a silent collector', () => {
    const silent = compareCoverage({
      account: room([{ fromMs: 10_000, toMs: null, endedBy: null }]),
      rows: [{ ...alive, atMs: 90_000 }, row('join', 10_000)],
      untilMs: UNTIL_MS,
      leaves: new Map(),
    });
    assert.match(silent.failures.join('; '), /dated too early by 100000 ms/);
  });
});

describe('checkRefusedRooms(input)', () => {
  const account = { fox: { stays: [], unheard: [], refused: [{ atMs: 5_000, answer: 'msg_channel_suspended' }] } };
  const startedAtMs = (): number => 4_000;

  it('finds nothing if a refused room is reported from the start of its chat, with the answer', () => {
    const rows = [row('loss', 4_500, 'msg_channel_suspended')];
    assert.deepEqual(checkRefusedRooms({ account, rows, startedAtMs }), { count: 1, failures: [] });
    const mute = { fox: { ...account.fox, refused: [{ atMs: 5_000, answer: null }] } };
    assert.deepEqual(
      checkRefusedRooms({ account: mute, rows: [row('loss', 4_500, 'JOIN was not confirmed')], startedAtMs }).failures,
      [],
    );
  });

  it('finds a refused room that is not reported, or too late, or for another reason', () => {
    assert.match(checkRefusedRooms({ account, rows: [], startedAtMs }).failures.join('; '), /does not report it/);
    const wrong = checkRefusedRooms({ account, rows: [row('loss', 40_000, 'connection lost')], startedAtMs }).failures;
    assert.match(wrong.join('; '), /coverage says connection lost.*36000 ms after its chat started/);
  });
});
