import assert from 'node:assert/strict';
import { priorityOfDay, priorityOfHour } from '../../workflows/priorities.ts';

const nowMs = Date.parse('2026-11-26T01:30:00Z');

describe('priorityOfHour(hour, nowMs)', () => {
  it('puts the open hour first, then hours that have just ended, then old hours', () => {
    const hours = [
      '2026-11-26T02',
      '2026-11-26T01',
      '2026-11-26T00',
      '2026-11-25T23',
      '2026-11-25T22',
      '2020-01-01T00',
    ];
    assert.deepEqual(
      hours.map((hour) => priorityOfHour(hour, nowMs).priorityKey),
      [1, 1, 2, 2, 4, 4],
    );
  });
});

describe('priorityOfDay(day, nowMs)', () => {
  it('puts the current day first, and the previous one while it may change', () => {
    const days = ['2026-11-26', '2026-11-25', '2026-11-24'];
    assert.deepEqual(
      days.map((day) => priorityOfDay(day, nowMs).priorityKey),
      [1, 1, 4],
    );
  });
});
