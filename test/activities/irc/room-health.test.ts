import assert from 'node:assert/strict';
import type { MetricMeter } from '@temporalio/common';
import { roomHealth } from '../../../activities/irc/room-health.ts';
import { createRoomGauges } from '../../../activities/irc/room-gauges.ts';
import { roomStateOf } from '../../../activities/irc/room-state.ts';
import type { RoomState } from '../../../activities/irc/room-state.ts';
import { StateReporter } from '../../../activities/irc/state-reporter.ts';
import { waitFor } from '../../integration/wait-for.ts';

/** Of the only account. */
const only = (...counts: [RoomState, number][]) => new Map([['chatlake', states(...counts)]]);
const states = (...counts: [RoomState, number][]): Map<RoomState, number> => new Map(counts);

describe('roomHealth(accounts)', () => {
  it('reports trouble and the remedy when it listens to none of the wanted channels', () => {
    const { trouble } = roomHealth(only(['waiting for a token', 8]));
    assert.match(trouble ?? '', /^it listens to none of 8 channels \(8 waiting for a token\)\. Run `chatlake login`/);
    assert.match(roomHealth(only(['chat unreachable', 1])).trouble ?? '', /none of 1 channel .*TWITCH_IRC_URL/);
    assert.match(roomHealth(only(['suspended', 1], ['joining', 3])).trouble ?? '', /3 joining, 1 suspended/);
  });

  it('reports no trouble while it listens to some, while it joins, and while no channel is wanted', () => {
    assert.deepEqual(roomHealth(only(['listening', 7], ['suspended', 1])), {
      summary: 'listens to 7 of 8 channels (1 suspended)',
      trouble: null,
    });
    assert.deepEqual(roomHealth(only(['joining', 2])), { summary: 'joining 2 channels', trouble: null });
    assert.deepEqual(roomHealth(only()), { summary: 'no channel is wanted', trouble: null });
  });

  it('names the account that hears nothing, with the command that mends it, although others hear', () => {
    const accounts = new Map([
      ['first', states(['listening', 90])],
      ['second', states(['login refused', 89], ['joining', 1])],
      ['third', states()],
      ['fourth', states(['joining', 3])],
    ]);
    assert.deepEqual(roomHealth(accounts), {
      summary: 'listens to 90 of 183 channels (89 login refused, 4 joining)',
      trouble:
        'as second it listens to none of 90 channels (89 login refused, 1 joining). Run `chatlake login --account second` again. If TWITCH_CHAT_ANONYMOUS=yes, Twitch no longer allows anonymous reading: set it to no.',
    });
  });
});

describe('roomStateOf(joined, lostReason)', () => {
  it('distinguishes a suspended, a banned and a refused channel', () => {
    const reasons = ['msg_channel_suspended', 'msg_banned', 'msg_room_not_found', 'login-refused', 'constructor'];
    assert.deepEqual(
      reasons.map((reason) => roomStateOf(false, reason)),
      ['suspended', 'banned', 'refused', 'login refused', 'refused'],
    );
    assert.deepEqual([roomStateOf(true, 'msg_banned'), roomStateOf(false, undefined)], ['listening', 'joining']);
  });
});

describe('createRoomGauges(meter)', () => {
  it('publishes the number of rooms in each state, and 0 for a state that no room is in any more', () => {
    const reported: [number, unknown][] = [];
    const meter = { createGauge: () => ({ set: (value: number, tags: unknown) => void reported.push([value, tags]) }) };
    const setGauges = createRoomGauges(meter as unknown as MetricMeter);
    setGauges(only(['waiting for a token', 3]));
    setGauges(only(['listening', 3]));
    const account = 'chatlake';
    assert.deepEqual(reported, [
      [0, { account, state: 'listening' }],
      [3, { account, state: 'waiting for a token' }],
      [3, { account, state: 'listening' }],
      [0, { account, state: 'waiting for a token' }],
    ]);
  });
});

describe('StateReporter.update(state)', () => {
  it('reports a state once, when two updates in a row have it', async () => {
    const reported: RoomState[] = [];
    const reporter = new StateReporter(async (state) => void reported.push(state));
    for (const state of ['joining', 'listening', 'connection lost', 'listening', 'listening', 'listening'] as const)
      reporter.update(state);
    await waitFor('the state', () => reported.length > 0);
    reporter.update('listening');
    assert.deepEqual(reported, ['listening']);
  });

  it('tries again when reporting failed', async () => {
    let tries = 0;
    const reporter = new StateReporter(async () => {
      tries += 1;
      if (tries === 1) throw new Error('no Temporal');
    });
    await waitFor('the second try', () => {
      reporter.update('banned');
      return tries === 2;
    });
  });
});
