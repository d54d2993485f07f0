import assert from 'node:assert/strict';
import { PublishingDates } from './publishing-dates.ts';

const report = (publishedAt: string) => JSON.stringify({ publishedAt });

describe('PublishingDates.take(day, report)', () => {
  it('finds nothing while the dates of each day stay or increase', () => {
    const dates = new PublishingDates();
    const taken = [
      dates.take('2026-11-25', report('2026-11-26T00:00:01.000Z')),
      dates.take('2026-11-25', report('2026-11-26T00:00:01.000Z')),
      dates.take('2026-11-26', report('2026-11-26T00:00:00.500Z')),
      dates.take('2026-11-25', report('2026-11-26T00:00:02.000Z')),
    ];
    assert.deepEqual(taken, [undefined, undefined, undefined, undefined]);
  });

  it('finds a date that decreases', () => {
    const dates = new PublishingDates();
    dates.take('2026-11-25', report('2026-11-25T10:00:01.000Z'));
    assert.match(dates.take('2026-11-25', report('2026-11-25T10:00:00.000Z')) ?? '', /went back/);
  });

  it('finds an incomplete report', () => {
    assert.match(new PublishingDates().take('2026-11-25', '{"publishedAt": "2026') ?? '', /without a date/);
  });
});
