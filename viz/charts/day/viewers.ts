import { z } from 'zod';
import { chart } from '../chart.ts';
import { legendLabel } from '../labels.ts';
import { longestBetweenPolls, withBreaks } from '../line-breaks.ts';
import { timeAxis } from '../time-axis.ts';

interface Point {
  at: string;
  viewers: number | null;
}

/**
 * Viewers over time, one line for each of the ten largest channels. Each poll has a marker, so that a channel with a single poll is
 * visible. A line breaks where its channel was not live.
 */
export const viewers = chart({
  title: 'viewers.title',
  width: 'whole',
  sql: `
    WITH ranked AS (
      SELECT channel, row_number() OVER (ORDER BY max(viewers) DESC NULLS LAST, channel) AS rank FROM polls GROUP BY channel
    )
    SELECT channel_names.name AS channel, place, strftime(polled_at, '%Y-%m-%dT%H:%M:%SZ') AS at, viewers::DOUBLE AS viewers
    FROM polls JOIN ranked USING (channel) JOIN channel_names USING (channel)
    WHERE rank <= 10 AND viewers IS NOT NULL ORDER BY rank, polled_at`,
  shape: z.object({ channel: z.string(), place: z.number(), at: z.string(), viewers: z.number() }),
  columns: [
    { field: 'channel', name: 'column.channel', kind: 'text' },
    { field: 'at', name: 'column.time', kind: 'time' },
    { field: 'viewers', name: 'column.viewers', kind: 'number' },
  ],
  tell(rows, { say, time }) {
    const [most = { channel: '', at: '', viewers: 0 }] = rows.toSorted((a, b) => b.viewers - a.viewers);
    return say('viewers.about', { peak: most.viewers, channel: most.channel, at: time(most.at, 'zone') });
  },
  draw(rows, { text }) {
    const longestMs = longestBetweenPolls(rows);
    const lines = [...Map.groupBy(rows, ({ place }) => place)].map(([place, points]) => {
      const parts = withBreaks<Point>(points, longestMs, (at) => ({ at, viewers: null }));
      return {
        type: 'scatter',
        mode: 'lines+markers',
        marker: { size: 4 },
        name: legendLabel(points[0]?.channel ?? ''),
        place,
        x: parts.map(({ at }) => at),
        y: parts.map((part) => part.viewers),
        hovertemplate: `%{y:,} ${text('unit.viewers')}<extra>%{fullData.name}</extra>`,
      };
    });
    return {
      overTime: true,
      data: lines,
      layout: {
        hovermode: 'x unified',
        xaxis: timeAxis(text),
        yaxis: { title: { text: text('unit.viewers') }, rangemode: 'tozero' },
      },
    };
  },
});
