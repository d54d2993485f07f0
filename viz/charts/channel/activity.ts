import { z } from 'zod';
import { html } from '../../pages/html.ts';
import { chart } from '../chart.ts';
import type { Band } from '../chart.ts';
import { hoverLabel, legendLabel } from '../labels.ts';
import { BUCKET } from '../overview/bucket.ts';
import { withBreaks } from '../line-breaks.ts';
import { timeAxis } from '../time-axis.ts';
import { twoRows } from '../two-rows.ts';

/** Categories that have a shade. */
const MOST_SHADES = 8;
/** The places of messages and viewers. Categories have the colours after them. */
const SERIES = 2;
/** Room above the highest bar for the names of categories. */
const HEADROOM = 1.25;

const row = z.object({
  /** The beginning of the step. */
  at: z.string(),
  messages: z.number(),
  /** On average over the polls of the step; null without a poll. */
  viewers: z.number().nullable(),
  /** The most frequent one of the polls. */
  category: z.string().nullable(),
  lengthMs: z.number(),
});

type Step = z.infer<typeof row>;

/** Messages and viewers over time: a step per hour, or less if there is less to show. Behind them are the categories. */
export const activity = chart({
  title: 'activity.title',
  width: 'whole',
  sql: `
    WITH ${BUCKET},
    said AS (SELECT time_bucket(length, began_at) AS step, sum(messages) AS messages FROM message_counts, bucket GROUP BY ALL),
    watched AS (SELECT time_bucket(length, polled_at) AS step, round(avg(viewers)) AS viewers FROM polls, bucket GROUP BY ALL),
    shows AS (
      SELECT time_bucket(length, polled_at) AS step, category FROM polls, bucket WHERE category IS NOT NULL GROUP BY step, category
      QUALIFY row_number() OVER (PARTITION BY step ORDER BY count(*) DESC, category) = 1
    )
    SELECT
      strftime(step, '%Y-%m-%dT%H:%M:%SZ') AS at, coalesce(messages, 0)::DOUBLE AS messages, viewers::DOUBLE AS viewers, category,
      epoch_ms(TIMESTAMPTZ 'epoch' + length)::DOUBLE AS "lengthMs"
    FROM said FULL JOIN watched USING (step) LEFT JOIN shows USING (step), bucket ORDER BY step`,
  shape: row,
  columns: [
    { field: 'at', name: 'column.time', kind: 'time' },
    { field: 'messages', name: 'column.messages', kind: 'number' },
    { field: 'viewers', name: 'column.viewers', kind: 'number' },
    { field: 'category', name: 'column.category', kind: 'text' },
  ],
  tell(rows, { say, text, time }) {
    const [most = { at: '', messages: 0, lengthMs: 0 }] = rows.toSorted((a, b) => b.messages - a.messages);
    const about = { count: most.lengthMs / 60_000, peak: most.messages, at: time(most.at, 'zone') };
    const bands = placesOf(rows).size > 0 ? text('activity.bands', { most: MOST_SHADES }) : '';
    return html`${say('activity.about', about)} ${bands}`;
  },
  draw(rows, locale) {
    const { text } = locale;
    const most = Math.max(1, ...rows.map(({ messages }) => messages));
    const [first, last] = [rows[0], rows.at(-1)];
    const lengthMs = first?.lengthMs ?? 0;
    const steps = rows.filter(({ viewers }) => viewers !== null);
    const watched = withBreaks(steps, lengthMs, (at, step) => ({ ...step, at, viewers: null, category: null }));
    return {
      overTime: true,
      bands: bandsOf(rows),
      data: [
        {
          type: 'bar',
          name: text('unit.messages'),
          place: 1,
          x: rows.map(({ at }) => at),
          y: rows.map(({ messages }) => messages),
          width: lengthMs * 0.9,
          showlegend: false,
          hovertemplate: `%{y:,} ${text('unit.messages')}<extra></extra>`,
        },
        {
          type: 'scatter',
          mode: 'lines+markers',
          marker: { size: 3 },
          name: text('unit.viewers'),
          place: 2,
          yaxis: 'y2',
          x: watched.map(({ at }) => at),
          y: watched.map(({ viewers }) => viewers),
          customdata: watched.map(({ category }) => hoverLabel(category ?? '–')),
          showlegend: false,
          hovertemplate: `%{y:,} ${text('unit.viewers')}<br>%{customdata}<extra></extra>`,
        },
        ...[...placesOf(rows)].map(([category, place]) => ({
          type: 'scatter',
          mode: 'markers',
          marker: { size: 12, symbol: 'square', opacity: 0.5 },
          name: legendLabel(category),
          place,
          x: [first?.at ?? ''],
          y: [null],
          hoverinfo: 'skip',
        })),
      ],
      layout: {
        hovermode: 'x unified',
        hoversubplots: 'axis',
        legend: { itemclick: false, itemdoubleclick: false },
        xaxis: {
          ...timeAxis(text),
          anchor: 'y2',
          ...(first === undefined || last === undefined
            ? {}
            : { range: [before(first.at, lengthMs / 2), after(last.at, lengthMs / 2)] }),
        },
        ...twoRows(locale, { title: text('unit.messages'), most: most * HEADROOM, from: 0.4 }),
      },
    };
  },
});

const after = (at: string, ms: number): string => new Date(Date.parse(at) + ms).toISOString();
const before = (at: string, ms: number): string => after(at, -ms);

/** The most frequent categories, and the places that give them their colours. */
function placesOf(rows: readonly Step[]): Map<string, number> {
  const steps = new Map<string, number>();
  for (const { category } of rows) if (category !== null) steps.set(category, (steps.get(category) ?? 0) + 1);
  const ranked = [...steps].sort(([a, inA], [b, inB]) => inB - inA || (a < b ? -1 : 1)).slice(0, MOST_SHADES);
  return new Map(ranked.map(([category], index) => [category, index + 1 + SERIES]));
}

/** Neighbours with one category share a band. */
function bandsOf(rows: readonly Step[]): Band[] {
  const places = placesOf(rows);
  const bands: Band[] = [];
  let open: string | undefined;
  for (const { at, category, lengthMs } of rows) {
    const place = category === null ? undefined : places.get(category);
    if (category === null || place === undefined) continue;
    const [from, to] = [before(at, lengthMs / 2), after(at, lengthMs / 2)];
    const last = bands.at(-1);
    if (last !== undefined && open === category && last.to === from) last.to = to;
    else bands.push({ from, to, label: legendLabel(category), place });
    open = category;
  }
  return bands;
}
