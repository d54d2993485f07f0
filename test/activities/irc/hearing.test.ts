import assert from 'node:assert/strict';
import type { MetricMeter } from '@temporalio/common';
import { hearingOf } from '../../../activities/irc/hearing.ts';
import { createRoomGauges } from '../../../activities/irc/room-gauges.ts';
import { type RoomState, roomStateOf } from '../../../activities/irc/room-state.ts';
import { StateTeller } from '../../../activities/irc/state-teller.ts';
import { waitFor } from '../../integration/wait-for.ts';

const states = (...counts: [RoomState, number][]): Map<RoomState, number> => new Map(counts);

describe('hearingOf(states)', () => {
  it('is in trouble when it hears none of the channels that are wanted, and says what helps', () => {
    const { trouble } = hearingOf(states(['waiting for a token', 8]));
    assert.match(trouble ?? '', /^it hears none of 8 channels \(8 waiting for a token\)\. Store a user token/);
    assert.match(hearingOf(states(['chat unreachable', 1])).trouble ?? '', /none of 1 channel .*TWITCH_IRC_URL/);
    assert.match(hearingOf(states(['suspended', 1], ['joining', 3])).trouble ?? '', /3 joining, 1 suspended/);
  });

  it('is in no trouble while it hears some, while it joins, and while nothing is wanted', () => {
    assert.deepEqual(hearingOf(states(['listening', 7], ['suspended', 1])), {
      summary: 'listens to 7 of 8 channels (1 suspended)',
      trouble: null,
    });
    assert.deepEqual(hearingOf(states(['joining', 2])), { summary: 'joins 2 channels', trouble: null });
    assert.deepEqual(hearingOf(states()), { summary: 'no channel is wanted', trouble: null });
  });
});

describe('roomStateOf(joined, lostReason)', () => {
  it('has a state of its own for a suspended, a banned and a refused channel', () => {
    const reasons = ['msg_channel_suspended', 'msg_banned', 'msg_room_not_found', 'login-refused', 'constructor'];
    assert.deepEqual(
      reasons.map((reason) => roomStateOf(false, reason)),
      ['suspended', 'banned', 'refused', 'login refused', 'refused'],
    );
    assert.deepEqual([roomStateOf(true, 'msg_banned'), roomStateOf(false, undefined)], ['listening', 'joining']);
  });
});

describe('createRoomGauges(meter)', () => {
  it('tells how many rooms are in which state, and 0 of a state that no room is in any more', () => {
    const told: [number, unknown][] = [];
    const meter = { createGauge: () => ({ set: (value: number, tags: unknown) => void told.push([value, tags]) }) };
    const tell = createRoomGauges(meter as unknown as MetricMeter);
    tell(states(['waiting for a token', 3]));
    tell(states(['listening', 3]));
    assert.deepEqual(told, [
      [0, { state: 'listening' }],
      [3, { state: 'waiting for a token' }],
      [3, { state: 'listening' }],
      [0, { state: 'waiting for a token' }],
    ]);
  });
});

describe('StateTeller.look(state)', () => {
  it('tells a state once, when two looks in a row have seen it', async () => {
    const told: RoomState[] = [];
    const teller = new StateTeller(async (state) => void told.push(state));
    for (const state of ['joining', 'listening', 'connection lost', 'listening', 'listening', 'listening'] as const)
      teller.look(state);
    await waitFor('the state', () => told.length > 0);
    teller.look('listening');
    assert.deepEqual(told, ['listening']);
  });

  it('tells again what could not be told', async () => {
    let tries = 0;
    const teller = new StateTeller(async () => {
      tries += 1;
      if (tries === 1) throw new Error('no Temporal');
    });
    await waitFor('the second try', () => {
      teller.look('banned');
      return tries === 2;
    });
  });
});
