import assert from 'node:assert/strict';
import { Room } from '../../../activities/irc/room.ts';
import type { ListenRequest } from '../../../activities/irc/listen-request.ts';
import { MemorySink } from './memory-sink.ts';

/** What a room reports, as texts `kind second`. */
function room(): { room: Room; reported: () => string[] } {
  const sink = new MemorySink();
  const request: ListenRequest = { sinceMs: 500, everJoined: false, reportedReason: undefined, lastRecordAtMs: 0 };
  const newRoom = new Room({ channelId: '1', channelLogin: 'haru' }, { sink, collector: 'c1', account: 'a', request });
  return { room: newRoom, reported: () => sink.records.map(({ kind, at }) => `${kind} ${Date.parse(at) / 1_000}`) };
}

const [older, newer] = [{}, {}];

describe('Room', () => {
  it('reports nothing when the new connection had joined before the old one was lost', () => {
    const { room: moved, reported } = room();
    moved.addConnection(older, 1_000);
    moved.addConnection(newer, 5_000);
    moved.removeConnection(older, 6_000, 'connection lost');
    assert.deepEqual(reported(), ['join 1']);
  });

  it('reports the gap between the last line of the old connection and the join of the new one', () => {
    const { room: moved, reported } = room();
    moved.addConnection(older, 1_000);
    moved.addConnection(newer, 5_000);
    moved.removeConnection(older, 4_000, 'connection lost');
    assert.deepEqual(reported(), ['join 1', 'loss 4', 'join 5']);
  });

  it('dates a loss later than its join', () => {
    const { room: short, reported } = room();
    short.addConnection(older, 5_000);
    short.removeConnection(older, 4_000, 'connection lost');
    assert.deepEqual(reported(), ['join 5', 'loss 5.001']);
  });

  it('dates each record later than the one before, even if the clock is set back', () => {
    const { room: back, reported } = room();
    back.addConnection(older, 3_600_000);
    back.removeConnection(older, 600_000, 'connection lost');
    back.addConnection(newer, 601_000);
    back.end(602_000, 'stream ended');
    assert.deepEqual(reported(), ['loss 0.5', 'join 3600', 'loss 3600.001', 'join 3600.002', 'end 3600.003']);
  });

  it('dates the end to the last line if the connection was dead while the room was left', () => {
    const { room: left, reported } = room();
    left.addConnection(older, 1_000);
    left.leave();
    left.removeConnection(older, 10_000, 'connection silent');
    left.end(75_000, 'stream ended');
    assert.deepEqual(reported(), ['join 1', 'end 10']);
  });

  it('reports the gap between two connections even while it is being left', () => {
    const { room: left, reported } = room();
    left.addConnection(older, 1_000);
    left.addConnection(newer, 30_000);
    left.leave();
    left.removeConnection(older, 10_000, 'connection silent');
    left.removeConnection(newer, 40_000, 'left');
    left.end(41_000, 'stream ended');
    assert.deepEqual(reported(), ['join 1', 'loss 10', 'join 30', 'end 40']);
  });

  it('reports a failed join once per reason, first dated to the request', () => {
    const { room: unheard, reported } = room();
    unheard.notConnected('connection unreachable');
    unheard.notConnected('connection unreachable');
    unheard.refuse(9_000, 'msg_banned');
    unheard.refuse(10_000, 'msg_banned');
    unheard.addConnection(older, 20_000);
    assert.deepEqual(reported(), ['loss 0.5', 'loss 9', 'join 20']);
  });

  it('reports a loss from the request on if its JOIN had to wait for more than five seconds', () => {
    for (const [joinedMs, expected] of [
      [5_500, ['join 5.5']],
      [5_501, ['loss 0.5', 'join 5.501']],
    ] as const) {
      const { room: late, reported } = room();
      late.addConnection(older, joinedMs);
      assert.deepEqual(reported(), expected);
    }
  });

  it('does not report a missing connection after the room has reported its loss', () => {
    const { room: lost, reported } = room();
    lost.addConnection(older, 1_000);
    lost.removeConnection(older, 5_000, 'connection lost');
    lost.notConnected('connection unreachable');
    assert.deepEqual(reported(), ['join 1', 'loss 5']);
  });
});
