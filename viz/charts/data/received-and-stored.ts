import { z } from 'zod';
import { chart } from '../chart.ts';
import { BUCKET } from '../overview/bucket.ts';
import { timeAxis } from '../time-axis.ts';

/** What collectors received, and what is stored of it: once per message, and copies. By the time of arrival. */
export const receivedAndStored = chart({
  title: 'receivedAndStored.title',
  width: 'whole',
  sql: `
    WITH ${BUCKET},
    told AS (
      SELECT time_bucket(length, happened_at) AS step, sum(received) AS received, any_value(epoch_ms(TIMESTAMPTZ 'epoch' + length)) AS length_ms
      FROM records, bucket WHERE kind = 'tally' AND happened_at >= getvariable('page_from') GROUP BY step
    ),
    stored AS (
      SELECT
        time_bucket(length, window_start) AS step, sum(yellow_messages) AS messages, sum(red_messages - yellow_messages - erased_messages) AS copies,
        sum(erased_messages) AS erased, any_value(epoch_ms(TIMESTAMPTZ 'epoch' + length)) AS length_ms
      FROM counts, bucket WHERE window_start >= getvariable('page_from') GROUP BY step
    )
    SELECT
      strftime(step, '%Y-%m-%dT%H:%M:%SZ') AS at, received::DOUBLE AS received, coalesce(messages, 0)::DOUBLE AS messages,
      coalesce(copies, 0)::DOUBLE AS copies, coalesce(erased, 0)::DOUBLE AS erased, coalesce(told.length_ms, stored.length_ms)::DOUBLE AS "lengthMs"
    FROM told FULL JOIN stored USING (step) ORDER BY step`,
  shape: z.object({
    at: z.string(),
    /** Null if no collector reported: chat was imported, or a collector crashed. */
    received: z.number().nullable(),
    messages: z.number(),
    copies: z.number(),
    erased: z.number(),
    lengthMs: z.number(),
  }),
  columns: [
    { field: 'at', name: 'column.time', kind: 'time' },
    { field: 'received', name: 'column.received', kind: 'number' },
    { field: 'messages', name: 'column.distinct', kind: 'number' },
    { field: 'copies', name: 'column.copies', kind: 'number' },
    { field: 'erased', name: 'column.erased', kind: 'number' },
  ],
  tell(rows, { say }) {
    const sum = (field: 'received' | 'messages' | 'copies' | 'erased'): number =>
      rows.reduce((total, row) => total + (row[field] ?? 0), 0);
    return say('receivedAndStored.about', {
      received: sum('received'),
      messages: sum('messages'),
      copies: sum('copies'),
      stored: sum('messages') + sum('copies') + sum('erased'),
    });
  },
  draw: (rows, { text }) => {
    const x = rows.map(({ at }) => at);
    const width = (rows[0]?.lengthMs ?? 0) * 0.9;
    const stack = (name: string, place: number | null, values: number[]): Record<string, unknown> => ({
      type: 'bar',
      name,
      place,
      x,
      y: values,
      width,
      hovertemplate: `%{y:,}<extra>${name}</extra>`,
    });
    const received = text('column.received');
    return {
      overTime: true,
      data: [
        stack(
          text('column.distinct'),
          1,
          rows.map(({ messages }) => messages),
        ),
        stack(
          text('column.copies'),
          null,
          rows.map(({ copies }) => copies),
        ),
        {
          type: 'scatter',
          mode: 'lines+markers',
          marker: { size: 5 },
          name: received,
          place: 3,
          x,
          y: rows.map((row) => row.received),
          hovertemplate: `%{y:,}<extra>${received}</extra>`,
        },
      ],
      layout: {
        barmode: 'stack',
        hovermode: 'x unified',
        xaxis: timeAxis(text),
        yaxis: { title: { text: text('unit.messages') }, rangemode: 'tozero' },
      },
    };
  },
});
