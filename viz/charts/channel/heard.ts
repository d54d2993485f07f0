import { z } from 'zod';
import { lengthOf } from '../../broadcast/lengths.ts';
import { html } from '../../pages/html.ts';
import { chart } from '../chart.ts';
import { timeAxis } from '../time-axis.ts';

const row = z.object({
  state: z.enum(['live', 'listened', 'filled', 'missing']),
  from: z.string(),
  to: z.string(),
});

type Stretch = z.infer<typeof row>;

/** In the order in which they are drawn, with the place that gives each its colour: see {@link Trace}. */
const LINES = [
  { state: 'live', place: 2, lane: 1 },
  { state: 'listened', place: 1, lane: 0 },
  { state: 'filled', place: 3, lane: 0 },
  { state: 'missing', place: 9, lane: 0 },
] as const;

const WORDS = {
  live: 'strip.live',
  listened: 'strip.listened',
  filled: 'strip.filled',
  missing: 'strip.missing',
} as const;

/** When the channel was live, and when somebody listened to its chat, in two stripes over time. */
export const heard = chart({
  title: 'heard.title',
  width: 'whole',
  sql: `
    SELECT state, strftime(began_at, '%Y-%m-%dT%H:%M:%SZ') AS "from", strftime(ended_at, '%Y-%m-%dT%H:%M:%SZ') AS "to"
    FROM (
      SELECT state, began_at, ended_at FROM channel_times
      UNION ALL
      SELECT 'live', greatest(began_at, getvariable('page_from')), least(ended_at, getvariable('page_to')) FROM broadcasts
    ) WHERE began_at < ended_at ORDER BY began_at, state`,
  shape: row,
  columns: [
    { field: 'state', name: 'events.what', kind: 'text', words: WORDS },
    { field: 'from', name: 'column.from', kind: 'time' },
    { field: 'to', name: 'column.to', kind: 'time' },
  ],
  tell(rows, locale) {
    const { text, say } = locale;
    const sum = (wanted: Stretch['state']): number =>
      rows.reduce((ms, { state, from, to }) => (state === wanted ? ms + Date.parse(to) - Date.parse(from) : ms), 0);
    const long = (ms: number): string => lengthOf(new Date(0).toISOString(), new Date(ms).toISOString(), locale);
    if (rows.every(({ state }) => state === 'live')) return html`${text('heard.unknown')}`;
    const missing = sum('missing');
    return say(missing === 0 ? 'strip.all' : 'strip.part', { heard: long(sum('listened')), missing: long(missing) });
  },
  draw: (rows, { text }) => ({
    overTime: true,
    data: LINES.map(({ state, place, lane }) => {
      const stretches = rows.filter((it) => it.state === state);
      return {
        type: 'scatter',
        mode: 'lines',
        line: { width: 18 },
        name: text(WORDS[state]),
        place,
        // A point without a height breaks the line.
        x: stretches.flatMap(({ from, to }) => [from, to, to]),
        y: stretches.flatMap(() => [lane, lane, null]),
        hovertemplate: `${text(WORDS[state])}: %{x}<extra></extra>`,
      };
    }).filter(({ x }) => x.length > 0),
    layout: {
      showlegend: true,
      xaxis: timeAxis(text),
      yaxis: {
        tickvals: [0, 1],
        ticktext: [text('strip.chat'), text('strip.stream')],
        range: [-0.6, 1.6],
        showgrid: false,
        zeroline: false,
        fixedrange: true,
      },
    },
  }),
});
