import assert from 'node:assert/strict';
import { Attendance } from '../../../infra/twitch-simulator/attendance.ts';

describe('Attendance', () => {
  let nowMs = 0;
  let attendance: Attendance;
  const [one, other] = [{}, {}];
  const at = (ms: number, act: () => void): void => {
    nowMs = ms;
    act();
  };

  beforeEach(() => {
    attendance = new Attendance(() => nowMs);
  });

  it('merges overlapping connections into one stay', () => {
    at(100, () => attendance.entered('a', one));
    at(200, () => attendance.entered('a', other));
    at(300, () => attendance.left('a', one, 'part'));
    assert.deepEqual(attendance.room('a').stays, [{ fromMs: 100, toMs: null, endedBy: null }]);
    at(400, () => attendance.left('a', other, 'server closed'));
    assert.deepEqual(attendance.room('a').stays, [{ fromMs: 100, toMs: 400, endedBy: 'server closed' }]);
  });

  it('ends a stay once, and starts another with the next join', () => {
    at(1, () => attendance.entered('a', one));
    at(2, () => attendance.left('a', one, 'stalled'));
    at(3, () => attendance.left('a', one, 'client closed'));
    at(4, () => attendance.entered('a', one));
    assert.deepEqual(attendance.room('a').stays, [
      { fromMs: 1, toMs: 2, endedBy: 'stalled' },
      { fromMs: 4, toMs: null, endedBy: null },
    ]);
  });

  it('keeps rooms apart, and returns only those with a JOIN', () => {
    at(1, () => attendance.entered('a', one));
    at(2, () => attendance.refused('b', 'msg_banned'));
    at(3, () => attendance.missed('c', 'm-1'));
    assert.deepEqual(Object.keys(attendance.attended()), ['a', 'b']);
    assert.deepEqual(attendance.room('b').refused, [{ atMs: 2, answer: 'msg_banned' }]);
    assert.deepEqual(attendance.room('c').unheard, [{ id: 'm-1', atMs: 3 }]);
    assert.deepEqual(attendance.room('nobody').stays, []);
  });
});
