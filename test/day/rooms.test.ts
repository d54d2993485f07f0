import assert from 'node:assert/strict';
import type { RoomAccount } from '../../infra/twitch-simulator/attendance.ts';
import { roomProblems } from './rooms.ts';
import type { RoomsInput } from './rooms.ts';

const top = Array.from({ length: 200 }, (_, n) => ({ id: `${n}`, login: `c${n}`, viewers: 1_000 - n, oddity: null }));
const first = top.slice(0, 100).map(({ login }) => login);
const seen = (logins: string[]): Record<string, RoomAccount> =>
  Object.fromEntries(
    logins.map((login) => [login, { stays: [{ fromMs: 1, toMs: null, endedBy: null }], unheard: [], refused: [] }]),
  );
const script = () => ({
  leaves: new Map([['c3', /^the stream ended$/]]),
  welcome: new Set(['raided']),
  starts: 2,
  cancels: 2,
  shut: [],
  reasons: [],
});
const madeRoom = (channelLogin: string) => ({
  kind: 'end' as const,
  collector: 'day-1',
  channelLogin,
  atMs: 5,
  reason: 'made room for a larger channel',
});
const input = (changes: Partial<RoomsInput> = {}): RoomsInput => ({
  account: seen([...first, 'raided', 'c100']),
  first,
  chats: 2,
  script: script(),
  listed: [],
  top,
  ...changes,
});

describe('roomProblems(input)', () => {
  it('finds nothing if the rooms are the largest, listed and raided channels, and only the script moved any', () => {
    const { failures, leaves } = roomProblems(input());
    assert.deepEqual([...leaves([madeRoom('c99')]).keys()], ['c3', 'c99']);
    assert.deepEqual(failures, []);
  });

  it('finds a room of a small channel', () => {
    assert.match(roomProblems(input({ account: seen([...first, 'nobody']) })).failures.join('; '), /nobody got a room/);
  });

  it('finds a listed channel without a room', () => {
    assert.match(roomProblems(input({ listed: ['c150'] })).failures.join('; '), /c150 is listed/);
  });

  it('accepts that a raided channel gets the room of an ended stream', () => {
    assert.deepEqual(roomProblems(input({ chats: 1 })).failures, []);
    assert.match(roomProblems(input({ chats: 0 })).failures.join('; '), /0 chats were started/);
  });

  it('finds chats that were started or replaced because of noise in viewer counts', () => {
    assert.match(roomProblems(input({ chats: 5 })).failures.join('; '), /5 chats were started/);
    const { failures, leaves } = roomProblems(input());
    leaves([madeRoom('c98'), madeRoom('c99')]);
    assert.match(failures.join('; '), /2 rooms were replaced, but the script caused 1/);
  });
});
