import assert from 'node:assert/strict';
import type { RoomAccount } from '../../infra/twitch-simulator/attendance.ts';
import { roomsOff } from './rooms.ts';
import type { RoomsInput } from './rooms.ts';

const top = Array.from({ length: 200 }, (_, n) => ({ id: `${n}`, login: `c${n}`, viewers: 1_000 - n, oddity: null }));
const first = top.slice(0, 100).map(({ login }) => login);
const seen = (logins: string[]): Record<string, RoomAccount> =>
  Object.fromEntries(
    logins.map((login) => [login, { stays: [{ fromMs: 1, toMs: null, endedBy: null }], unheard: [], refused: [] }]),
  );
const played = () => ({
  leaves: new Map([['c3', /^the stream ended$/]]),
  welcome: new Set(['raided']),
  starts: 2,
  cancels: 2,
  shut: [],
  told: [],
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
  played: played(),
  listed: [],
  top,
  ...changes,
});

describe('roomsOff(input)', () => {
  it('finds nothing where the rooms are the largest, the listed and the raided ones, and none moved beyond the script', () => {
    const { failings, leaves } = roomsOff(input());
    assert.deepEqual([...leaves([madeRoom('c99')]).keys()], ['c3', 'c99']);
    assert.deepEqual(failings, []);
  });

  it('finds a room that went to a small channel', () => {
    assert.match(
      roomsOff(input({ account: seen([...first, 'nobody']) })).failings.join('; '),
      /nobody was given a room/,
    );
  });

  it('finds a listed channel without a room', () => {
    assert.match(roomsOff(input({ listed: ['c150'] })).failings.join('; '), /c150 is listed/);
  });

  it('bears that the place of a stream that ended goes to a raided channel', () => {
    assert.deepEqual(roomsOff(input({ chats: 1 })).failings, []);
    assert.match(roomsOff(input({ chats: 0 })).failings.join('; '), /0 chats were started/);
  });

  it('finds chats that noise began, and rooms that noise took', () => {
    assert.match(roomsOff(input({ chats: 5 })).failings.join('; '), /5 chats were started/);
    const { failings, leaves } = roomsOff(input());
    leaves([madeRoom('c98'), madeRoom('c99')]);
    assert.match(failings.join('; '), /2 rooms made place, and the script gave reason for 1/);
  });
});
