import { z } from 'zod';
import { chart } from '../chart.ts';
import { legendLabel } from '../labels.ts';
import { timeAxis } from '../time-axis.ts';

const MINUTE_MS = 60_000;

/** Messages per minute as stacked bars: the ten busiest channels, and the rest together. A minute without messages is a gap. */
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
  draw: (rows, { text }) => ({
    overTime: true,
    data: [...Map.groupBy(rows, ({ place }) => place)].map(([place, points]) => ({
      type: 'bar',
      name: legendLabel(points[0]?.channel ?? text('messagesPerMinute.others')),
      place,
      x: points.map(({ minute }) => minute),
      y: points.map(({ messages }) => messages),
      width: MINUTE_MS * 0.9,
      hovertemplate: `%{y:,} ${text('unit.messages')}<extra>%{fullData.name}</extra>`,
    })),
    layout: {
      barmode: 'stack',
      hovermode: 'x unified',
      xaxis: timeAxis(text),
      yaxis: { title: { text: text('unit.messages') }, rangemode: 'tozero' },
    },
  }),
});
