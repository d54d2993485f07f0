import { z } from 'zod';
import { chart } from '../chart.ts';
import type { Trace } from '../chart.ts';
import { legendLabel } from '../labels.ts';
import { timeAxis } from '../time-axis.ts';

const MINUTE_MS = 60_000;
/** Thousands of bars take seconds to draw. */
const MOST_BARS = 240;
const MOST_MINUTES = 1_440;

/** Messages per minute: the ten busiest channels, and the rest together. Bars while they are few, else areas. */
export const messagesPerMinute = chart({
  title: 'messagesPerMinute.title',
  width: 'whole',
  sql: `
    -- The other channels together have no name.
    SELECT
      CASE WHEN place <= 10 THEN name END AS channel,
      CASE WHEN place <= 10 THEN place END AS place,
      strftime(began_at, '%Y-%m-%dT%H:%M:00Z') AS minute,
      sum(messages)::DOUBLE AS messages
    FROM message_counts JOIN channel_names USING (channel)
    GROUP BY ALL ORDER BY place NULLS LAST, minute`,
  shape: z.object({
    channel: z.string().nullable(),
    place: z.number().nullable(),
    minute: z.string(),
    messages: z.number(),
  }),
  columns: [
    { field: 'channel', name: 'column.channel', kind: 'text', ifNull: 'messagesPerMinute.others' },
    { field: 'minute', name: 'column.time', kind: 'time' },
    { field: 'messages', name: 'column.messages', kind: 'number' },
  ],
  tell(rows, { say, time }) {
    const minutes = new Map<string, number>();
    for (const { minute, messages } of rows) minutes.set(minute, (minutes.get(minute) ?? 0) + messages);
    const [[at, peak] = ['', 0]] = [...minutes].sort(([, a], [, b]) => b - a);
    const total = [...minutes.values()].reduce((sum, messages) => sum + messages, 0);
    return say('messagesPerMinute.about', { total, at: time(at, 'zone'), peak });
  },
  draw(rows, { text }) {
    const minutes = minutesOf(rows);
    const draw = minutes.length > MOST_BARS ? area : bar;
    return {
      overTime: true,
      data: [...Map.groupBy(rows, ({ place }) => place)].map(([place, points]) => ({
        ...draw(new Map(points.map(({ minute, messages }) => [minute, messages])), minutes),
        name: legendLabel(points[0]?.channel ?? text('messagesPerMinute.others')),
        place,
        hovertemplate: `%{y:,} ${text('unit.messages')}<extra>%{fullData.name}</extra>`,
      })),
      layout: {
        barmode: 'stack',
        hovermode: 'x unified',
        xaxis: timeAxis(text),
        yaxis: { title: { text: text('unit.messages') }, rangemode: 'tozero' },
      },
    };
  },
});

type Counts = ReadonlyMap<string, number>;

/** Each minute from the first to the last; none if these are more than a day apart. */
function minutesOf(rows: readonly { minute: string }[]): string[] {
  const times = rows.map(({ minute }) => Date.parse(minute));
  const first = times.reduce((a, b) => Math.min(a, b), Infinity);
  const last = times.reduce((a, b) => Math.max(a, b), -Infinity);
  const count = times.length === 0 ? 0 : (last - first) / MINUTE_MS + 1;
  if (count > MOST_MINUTES) return [];
  return Array.from(
    { length: count },
    (_, index) => `${new Date(first + index * MINUTE_MS).toISOString().slice(0, 19)}Z`,
  );
}

/** A minute without messages is a gap. */
const bar = (counts: Counts): Trace => ({
  type: 'bar',
  x: [...counts.keys()],
  y: [...counts.values()],
  width: MINUTE_MS * 0.9,
});

/** Drawn in a fraction of the time of bars. A minute without messages is 0. */
const area = (counts: Counts, minutes: readonly string[]): Trace => ({
  type: 'scatter',
  mode: 'lines',
  stackgroup: 'all',
  line: { width: 0.5, shape: 'hv' },
  x: minutes,
  y: minutes.map((minute) => counts.get(minute) ?? 0),
});
