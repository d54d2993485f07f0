import assert from 'node:assert/strict';
import { Room } from '../../../activities/irc/room.ts';
import type { Wish } from '../../../activities/irc/wish.ts';
import { MemorySink } from './memory-sink.ts';

/** What a room tells, as `kind second` texts. */
function room(): { room: Room; told: () => string[] } {
  const sink = new MemorySink();
  const wish: Wish = { sinceMs: 500, heard: false, toldReason: undefined, toldAtMs: 0 };
  const made = new Room({ channelId: '1', channelLogin: 'haru' }, { sink, collector: 'c1', wish });
  return { room: made, told: () => sink.records.map(({ kind, at }) => `${kind} ${Date.parse(at) / 1_000}`) };
}

const [older, newer] = [{}, {}];

describe('Room', () => {
  it('tells nothing of a move where the new connection had joined before the old one was lost', () => {
    const { room: moved, told } = room();
    moved.gain(older, 1_000);
    moved.gain(newer, 5_000);
    moved.lose(older, 6_000, 'connection lost');
    assert.deepEqual(told(), ['join 1']);
  });

  it('tells what was lost between the last line of the old connection and the join of the new one', () => {
    const { room: moved, told } = room();
    moved.gain(older, 1_000);
    moved.gain(newer, 5_000);
    moved.lose(older, 4_000, 'connection lost');
    assert.deepEqual(told(), ['join 1', 'loss 4', 'join 5']);
  });

  it('never tells a loss from before its join, nor of the same time', () => {
    const { room: short, told } = room();
    short.gain(older, 5_000);
    short.lose(older, 4_000, 'connection lost');
    assert.deepEqual(told(), ['join 5', 'loss 5.001']);
  });

  it('never goes back in time, though the clock was set back', () => {
    const { room: back, told } = room();
    back.gain(older, 3_600_000);
    back.lose(older, 600_000, 'connection lost');
    back.gain(newer, 601_000);
    back.end(602_000, 'stream ended');
    assert.deepEqual(told(), ['join 3600', 'loss 3600.001', 'join 3600.002', 'end 3600.003']);
  });

  it('ends when its connection was heard last, where that was dead while the room was left', () => {
    const { room: left, told } = room();
    left.gain(older, 1_000);
    left.leave();
    left.lose(older, 10_000, 'connection silent');
    left.end(75_000, 'stream ended');
    assert.deepEqual(told(), ['join 1', 'end 10']);
  });

  it('tells the gap of a move also while it is left', () => {
    const { room: left, told } = room();
    left.gain(older, 1_000);
    left.gain(newer, 30_000);
    left.leave();
    left.lose(older, 10_000, 'connection silent');
    left.lose(newer, 40_000, 'left');
    left.end(41_000, 'stream ended');
    assert.deepEqual(told(), ['join 1', 'loss 10', 'join 30', 'end 40']);
  });

  it('tells that it could not be joined once for each reason, first of the time of the wish', () => {
    const { room: unheard, told } = room();
    unheard.notConnected('connection unreachable');
    unheard.notConnected('connection unreachable');
    unheard.refuse(9_000, 'msg_banned');
    unheard.refuse(10_000, 'msg_banned');
    unheard.gain(older, 20_000);
    assert.deepEqual(told(), ['loss 0.5', 'loss 9', 'join 20']);
  });

  it('tells no missing connection of a room that has told its loss', () => {
    const { room: lost, told } = room();
    lost.gain(older, 1_000);
    lost.lose(older, 5_000, 'connection lost');
    lost.notConnected('connection unreachable');
    assert.deepEqual(told(), ['join 1', 'loss 5']);
  });
});
