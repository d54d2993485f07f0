import { z } from 'zod';
import { chart } from '../chart.ts';
import { timeAxis } from '../time-axis.ts';
import { BUCKET } from './bucket.ts';

/** All messages over time: a bar per hour, or less if there is less to show. */
export const messagesOverTime = chart({
  title: 'messagesOverTime.title',
  width: 'whole',
  sql: `
    WITH ${BUCKET}
    SELECT
      strftime(time_bucket(length, began_at), '%Y-%m-%dT%H:%M:%SZ') AS at, sum(messages)::DOUBLE AS messages,
      any_value(epoch_ms(TIMESTAMPTZ 'epoch' + length))::DOUBLE AS "lengthMs"
    FROM message_counts, bucket GROUP BY ALL ORDER BY 1`,
  shape: z.object({ at: z.string(), messages: z.number(), lengthMs: z.number() }),
  columns: [
    { field: 'at', name: 'column.time', kind: 'time' },
    { field: 'messages', name: 'column.messages', kind: 'number' },
  ],
  tell(rows, { say, time }) {
    const [most = { at: '', messages: 0, lengthMs: 0 }] = rows.toSorted((a, b) => b.messages - a.messages);
    const total = rows.reduce((sum, { messages }) => sum + messages, 0);
    const minutes = most.lengthMs / 60_000;
    return say('messagesOverTime.about', { total, count: minutes, peak: most.messages, at: time(most.at, 'zone') });
  },
  draw: (rows, { text }) => ({
    overTime: true,
    data: [
      {
        type: 'bar',
        x: rows.map(({ at }) => at),
        y: rows.map(({ messages }) => messages),
        width: (rows[0]?.lengthMs ?? 0) * 0.9,
        hovertemplate: `%{x}: %{y:,} ${text('unit.messages')}<extra></extra>`,
      },
    ],
    layout: {
      showlegend: false,
      xaxis: timeAxis(text),
      yaxis: { title: { text: text('unit.messages') }, rangemode: 'tozero' },
    },
  }),
});
