import assert from 'node:assert/strict';
import { daysWithGapsOf } from '../../../activities/gaps/days.ts';

describe('daysWithGapsOf({ earliest, hour, openHour })', () => {
  for (const [what, earliest, hour, openHour, days] of [
    ['its day', '2026-11-25T14', '2026-11-25T14', '2026-11-25T15', ['2026-11-25']],
    ['its day alone in the first hour of the next', '2026-11-25T23', '2026-11-25T23', '2026-11-26T00', ['2026-11-25']],
    [
      'the next day too, when an hour of it has ended',
      '2026-11-25T23',
      '2026-11-25T23',
      '2026-11-26T01',
      ['2026-11-25', '2026-11-26'],
    ],
    [
      'the day before too, for its first hour',
      '2026-11-26T00',
      '2026-11-26T00',
      '2026-11-26T01',
      ['2026-11-25', '2026-11-26'],
    ],
    ['no later day', '2026-11-20T03', '2026-11-20T03', '2026-11-26T01', ['2026-11-20', '2026-11-21']],
    [
      'each day from that of a late record on',
      '2026-11-23T14',
      '2026-11-25T02',
      '2026-11-25T03',
      ['2026-11-23', '2026-11-24', '2026-11-25'],
    ],
    ['no day that has not begun', '2026-11-26T01', '2026-11-26T01', '2026-11-26T00', []],
  ] as const) {
    it(`is ${what}`, () => assert.deepEqual(daysWithGapsOf({ earliest, hour, openHour }), days));
  }
});
