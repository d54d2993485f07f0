import assert from 'node:assert/strict';
import { messagesPerMinute } from '../../viz/charts/day/messages-per-minute.ts';
import { localeOf } from '../../viz/locale.ts';

const minute = (index: number): string =>
  `${new Date(Date.UTC(2026, 10, 25) + index * 60_000).toISOString().slice(0, 19)}Z`;
const row = (index: number, place: number | null, messages: number) => ({
  channel: place === null ? null : `channel${place}`,
  place,
  minute: minute(index),
  messages,
});

describe('messagesPerMinute.draw(rows, locale)', () => {
  const draw = (rows: ReturnType<typeof row>[]) => messagesPerMinute.draw(rows, localeOf('en')).data;

  it('draws bars of some hours, with a gap where nobody wrote', () => {
    const [trace] = draw([row(0, 1, 5), row(239, 1, 7)]);
    assert.deepEqual([trace?.['type'], trace?.['x'], trace?.['y']], ['bar', [minute(0), minute(239)], [5, 7]]);
  });

  it('draws areas of a day, which take less time, with 0 where nobody wrote', () => {
    const data = draw([row(0, 1, 5), row(1_439, 1, 7), row(2, null, 3)]);
    assert.deepEqual(
      data.map(({ type, place }) => [type, place]),
      [
        ['scatter', 1],
        ['scatter', null],
      ],
    );
    const y = data.map((trace) => trace['y'] as number[]);
    assert.deepEqual([y[0]?.length, y[0]?.[0], y[0]?.[1], y[0]?.at(-1)], [1_440, 5, 0, 7]);
    assert.equal(
      y.flat().reduce((sum, messages) => sum + messages, 0),
      15,
    );
  });

  it('shows every message, even if times are years apart', () => {
    const data = draw([row(0, 1, 5), row(2_000_000, 1, 7)]);
    assert.deepEqual(
      data.flatMap((trace) => trace['y'] as number[]),
      [5, 7],
    );
  });
});
