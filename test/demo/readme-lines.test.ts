import assert from 'node:assert/strict';
import { about, oldHours } from './readme-lines.ts';

describe('about(subjects, line)', () => {
  it('puts the times of the hours in, also where they are of the day of the examples and today is another', () => {
    const subjects = {
      day: '2026-11-26',
      channelId: '7',
      hours: oldHours(Date.parse('2026-11-26T00:30:00Z')),
    };
    assert.equal(
      about(
        subjects,
        'x --start-time 2026-11-25T01:00:00Z --end-time 2026-11-25T02:30:00Z --input 2026-11-25 chat/7001',
      ),
      'x --start-time 2026-11-25T21:00:00.000Z --end-time 2026-11-25T22:30:00.000Z --input 2026-11-26 chat/7',
    );
  });
});
