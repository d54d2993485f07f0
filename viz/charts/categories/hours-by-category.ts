import { z } from 'zod';
import { chart } from '../chart.ts';
import { heatBar } from '../heat-bar.ts';
import { hoverLabel } from '../labels.ts';
import { tileLabel } from './tile-label.ts';
import type { Words } from '../../words.ts';

/** The share of the hours of a tile that has room for its hours on a phone. The scale of colours ends with the highest of these. */
const LARGE = 0.025;
/** What a row of no category has. */
const NONE = '–';

const shape = z.object({
  /** Null for the rest. */
  category: z.string().nullable(),
  hours: z.number(),
  messages: z.number(),
  /** Messages per hour. */
  rate: z.number(),
});
type Row = z.infer<typeof shape>;

/** What the collected channels streamed: tiles as large as the hours of a category, coloured by the messages per hour. */
export const hoursByCategory = chart({
  title: 'hoursByCategory.title',
  width: 'whole',
  sql: `
    -- A channel has streamed the share of an hour in whose polls it was. The categories after the first 40 have no name.
    WITH rooms AS (SELECT channel FROM records WHERE kind <> 'tally' UNION SELECT channel FROM channel_hours),
    polled AS (SELECT hour, count(*) AS polls FROM poll_totals GROUP BY hour),
    streamed AS (
      SELECT known(category) AS category, sum(1 / polls) AS hours
      FROM polls JOIN polled USING (hour) SEMI JOIN rooms USING (channel) GROUP BY ALL
    ),
    talk AS (SELECT known(category) AS category, sum(messages) AS messages FROM category_messages GROUP BY ALL),
    ranked AS (
      SELECT category, hours, coalesce(messages, 0) AS messages, row_number() OVER (ORDER BY hours DESC, category) AS rank
      FROM streamed LEFT JOIN talk USING (category)
    )
    SELECT
      CASE WHEN rank <= 40 THEN category END AS category, round(sum(hours), 2)::DOUBLE AS hours, sum(messages)::DOUBLE AS messages,
      round(sum(messages) / sum(hours), 1)::DOUBLE AS rate
    FROM ranked GROUP BY CASE WHEN rank <= 40 THEN category END ORDER BY min(rank)`,
  shape,
  columns: [
    { field: 'category', name: 'column.category', kind: 'text', ifNull: 'hoursByCategory.rest' },
    { field: 'hours', name: 'column.hours', kind: 'number' },
    { field: 'messages', name: 'column.messages', kind: 'number' },
    { field: 'rate', name: 'column.rate', kind: 'number' },
  ],
  tell(rows, words) {
    const [first] = rows;
    const total = Math.round(rows.reduce((sum, { hours }) => sum + hours, 0));
    const [liveliest] = rows
      .filter(({ category, hours }) => category !== null && hours >= Math.min(1, first?.hours ?? 0))
      .toSorted((a, b) => b.rate - a.rate);
    return words.say('hoursByCategory.about', {
      total,
      category: first === undefined ? '' : nameOf(first, words),
      hours: Math.round(first?.hours ?? 0),
      liveliest: liveliest === undefined ? '' : nameOf(liveliest, words),
      rate: Math.round(liveliest?.rate ?? 0),
    });
  },
  draw(rows, words) {
    // A tile without size would be drawn over others.
    const tiles = rows.filter(({ hours }) => hours > 0);
    if (tiles.length === 0) return { data: [], layout: {} };
    const { text, count } = words;
    const total = tiles.reduce((sum, { hours }) => sum + hours, 0);
    // A few minutes with many messages would make all others pale.
    const large = tiles.filter(({ hours }) => hours >= total * LARGE);
    return {
      height: 460,
      data: [
        {
          type: 'treemap',
          heat: true,
          ids: tiles.map((_row, index) => String(index)),
          labels: tiles.map((row) => tileLabel(nameOf(row, words))),
          parents: tiles.map(() => ''),
          values: tiles.map(({ hours }) => hours),
          text: tiles.map(({ hours }) => text('hoursByCategory.hours', { hours: Math.round(hours) })),
          texttemplate: tiles.map(({ hours }) => (hours >= total * LARGE ? '%{label}<br>%{text}' : '%{label}')),
          customdata: tiles.map(
            (row) =>
              `${hoverLabel(nameOf(row, words))}<br>${text('hoursByCategory.hours', { hours: row.hours })}<br>${count(row.rate)}`,
          ),
          hovertemplate: `%{customdata} ${text('unit.messagesPerHour')}<extra></extra>`,
          marker: {
            colors: tiles.map(({ rate }) => rate),
            cmin: 0,
            cmax: Math.max(...(large.length === 0 ? tiles : large).map(({ rate }) => rate), 1),
            pad: { t: 0, l: 0, r: 0, b: 0 },
            colorbar: heatBar({ title: { text: text('hoursByCategory.scale'), side: 'top' } }),
          },
          pathbar: { visible: false },
          // Without it, plotly.js paints what is behind the tiles black.
          root: { color: 'rgba(0,0,0,0)' },
          tiling: { pad: 2 },
        },
      ],
      // Text that would be smaller is not readable.
      layout: { uniformtext: { minsize: 10, mode: 'hide' }, yaxis: { visible: false } },
    };
  },
});

function nameOf({ category }: Row, { text }: Pick<Words, 'text'>): string {
  if (category === null) return text('hoursByCategory.rest');
  return category === NONE ? text('topCategories.none') : category;
}
