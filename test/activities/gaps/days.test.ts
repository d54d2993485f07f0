import assert from 'node:assert/strict';
import { daysWithGapsOf } from '../../../activities/gaps/days.ts';

describe('daysWithGapsOf(hour, openHour)', () => {
  for (const [what, hour, openHour, days] of [
    ['its day', '2026-11-25T14', '2026-11-25T15', ['2026-11-25']],
    ['its day alone in the first hour of the next', '2026-11-25T23', '2026-11-26T00', ['2026-11-25']],
    ['the next day too, when an hour of it has ended', '2026-11-25T23', '2026-11-26T01', ['2026-11-25', '2026-11-26']],
    ['no later day', '2026-11-20T03', '2026-11-26T01', ['2026-11-20', '2026-11-21']],
    ['no day that has not begun', '2026-11-26T00', '2026-11-26T00', []],
  ] as const) {
    it(`is ${what}`, () => assert.deepEqual(daysWithGapsOf(hour, openHour), days));
  }
});
