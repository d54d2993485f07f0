import { z } from 'zod';
import { chart } from '../chart.ts';
import { longestBetweenPolls, withBreaks } from '../line-breaks.ts';
import { timeAxis } from '../time-axis.ts';
import { BUCKET } from './bucket.ts';

interface Point {
  at: string;
  viewers: number | null;
}

/** The viewers of all polled streams together, averaged over the polls of a step. */
export const viewersOverTime = chart({
  title: 'viewersOverTime.title',
  width: 'whole',
  sql: `
    WITH ${BUCKET}
    SELECT
      strftime(time_bucket(length, polled_at), '%Y-%m-%dT%H:%M:%SZ') AS at, round(avg(viewers))::DOUBLE AS viewers,
      round(avg(channels))::DOUBLE AS channels
    FROM poll_totals, bucket GROUP BY ALL ORDER BY 1`,
  shape: z.object({ at: z.string(), viewers: z.number(), channels: z.number() }),
  columns: [
    { field: 'at', name: 'column.time', kind: 'time' },
    { field: 'viewers', name: 'column.viewers', kind: 'number' },
    { field: 'channels', name: 'column.liveChannels', kind: 'number' },
  ],
  tell(rows, { say, time }) {
    const [most = { at: '', viewers: 0 }] = rows.toSorted((a, b) => b.viewers - a.viewers);
    return say('viewersOverTime.about', { peak: most.viewers, at: time(most.at, 'zone') });
  },
  draw(rows, { text }) {
    const points = withBreaks<Point>(rows, longestBetweenPolls(rows), (at) => ({ at, viewers: null }));
    return {
      overTime: true,
      data: [
        {
          type: 'scatter',
          mode: rows.length < 60 ? 'lines+markers' : 'lines',
          x: points.map(({ at }) => at),
          y: points.map(({ viewers }) => viewers),
          hovertemplate: `%{x}: %{y:,} ${text('unit.viewers')}<extra></extra>`,
        },
      ],
      layout: {
        showlegend: false,
        xaxis: timeAxis(text),
        yaxis: { title: { text: text('unit.viewers') }, rangemode: 'tozero' },
      },
    };
  },
});
