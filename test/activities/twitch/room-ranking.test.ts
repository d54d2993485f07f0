import assert from 'node:assert/strict';
import { chooseRooms, reasonToMakeRoom } from '../../../activities/twitch/room-ranking.ts';
import type { Candidate } from '../../../activities/twitch/room-ranking.ts';

const room = (channelId: string, viewerCount: number, listed = false): Candidate => ({
  channelId,
  viewerCount,
  listed,
});
const nobody = (): boolean => false;
const idsOf = (rooms: Candidate[]): string[] => rooms.map(({ channelId }) => channelId);

describe('chooseRooms(live, isHeld, limit)', () => {
  it('chooses by viewers, then by id', () => {
    assert.deepEqual(idsOf(chooseRooms([room('3', 5), room('1', 5), room('2', 9)], nobody, 2)), ['2', '1']);
  });

  it('chooses listed channels first, however few viewers they have', () => {
    assert.deepEqual(idsOf(chooseRooms([room('1', 900), room('2', 1, true), room('3', 800)], nobody, 2)), ['2', '1']);
  });

  it('keeps a room if a newcomer is slightly larger, and gives it to a much larger one', () => {
    const held = (id: string): boolean => id === 'held';
    assert.deepEqual(idsOf(chooseRooms([room('held', 100), room('new', 120)], held, 1)), ['held']);
    assert.deepEqual(idsOf(chooseRooms([room('held', 100), room('new', 130)], held, 1)), ['new']);
  });

  it('gives a free room to the largest newcomer', () => {
    const held = (id: string): boolean => id === 'held';
    assert.deepEqual(idsOf(chooseRooms([room('held', 100), room('a', 3), room('b', 4)], held, 2)), ['held', 'b']);
  });

  it('replaces the smallest rooms first, one for each larger newcomer', () => {
    const held = (id: string): boolean => id.startsWith('h');
    const live = [room('h1', 1000), room('h2', 100), room('h3', 10), room('n1', 500), room('n2', 50)];
    assert.deepEqual(idsOf(chooseRooms(live, held, 3)), ['h1', 'n1', 'h2']);
  });

  it('leaves no room in an hour of polls that vary by five percent', () => {
    let seed = 7;
    const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    const size = Array.from({ length: 1_000 }, (_, index) => 200_000 / (index + 1));
    const poll = (): Candidate[] =>
      size.map((viewers, index) => room(String(index), Math.round(viewers * (0.95 + random() / 10))));
    let held = new Set(idsOf(chooseRooms(poll(), nobody, 100)));
    let starts = 0;
    for (let minute = 0; minute < 60; minute += 1) {
      const chosen = idsOf(chooseRooms(poll(), (id) => held.has(id), 100));
      starts += chosen.filter((id) => !held.has(id)).length;
      held = new Set(chosen);
    }
    assert.equal(held.size, 100);
    assert.equal(starts, 0);
  });
});

describe('reasonToMakeRoom(room, chosen, isHeld)', () => {
  const held = (id: string): boolean => id === 'held';

  it('says what replaced a room', () => {
    assert.match(reasonToMakeRoom(room('held', 10), [room('new', 100)], held), /larger channel/);
    assert.match(reasonToMakeRoom(room('held', 10), [room('new', 1, true)], held), /listed channel/);
    assert.match(reasonToMakeRoom(room('held', 10), [], held), /fewer rooms/);
  });
});
