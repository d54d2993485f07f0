import { z } from 'zod';
import { chart } from '../chart.ts';
import { heatBar } from '../heat-bar.ts';
import { cut, plotText } from '../plot-text.ts';
import { orderOf } from './order.ts';
import { crowdsOf, nearnessOf } from './relations.ts';
import type { Crowd } from './relations.ts';

const shape = z.object({
  channel: z.string(),
  place: z.number(),
  chatters: z.number(),
  other: z.string(),
  otherPlace: z.number(),
  /** Null for fewer than five. */
  shared: z.number().nullable(),
  share: z.number().nullable(),
});
type Row = z.infer<typeof shape>;

const LONGEST_NAME = 22;
const ROW_HEIGHT = 16;
/** Above that, only every fifth column has its number. */
const NUMBERED_COLUMNS = 12;

/** Which share of a channel's chatters wrote in another channel, too. Related channels are neighbours. */
export const overlapMatrix = chart({
  title: 'overlapMatrix.title',
  width: 'whole',
  sql: `
    SELECT
      here.name AS channel, here.place, here.chatters, there.name AS other, there.place AS "otherPlace", shared,
      round(100 * shared / here.chatters, 2) AS share
    FROM crowds AS here JOIN crowds AS there ON here.place <> there.place
    LEFT JOIN shared_chatters ON shared_chatters.place = here.place AND other_place = there.place
    ORDER BY share DESC NULLS LAST, here.place, there.place`,
  shape,
  columns: [
    { field: 'channel', name: 'column.channel', kind: 'text' },
    { field: 'chatters', name: 'column.chatters', kind: 'number' },
    { field: 'other', name: 'column.otherChannel', kind: 'text' },
    { field: 'shared', name: 'column.shared', kind: 'number', ifNull: 'audience.fewer' },
    { field: 'share', name: 'column.share', kind: 'number', ifNull: 'audience.fewer' },
  ],
  tell(rows, { say }) {
    const count = crowdsIn(rows).length;
    const [most] = rows;
    if (most === undefined || most.share === null) return say('overlapMatrix.none', { count });
    return say('overlapMatrix.about', { count, channel: most.channel, other: most.other, share: most.share });
  },
  draw(rows, { text }) {
    if (rows.length === 0) return { data: [], layout: {} };
    const crowds = crowdsIn(rows);
    const overlaps = rows.flatMap((row) => (row.shared === null ? [] : [{ ...row, shared: row.shared }]));
    const ordered = orderOf(nearnessOf(crowds, overlaps)).flatMap((index) => crowds[index] ?? []);
    const pairs = new Map(rows.map((row) => [`${row.place} ${row.otherPlace}`, row]));
    const cells = ordered.map(({ place }) => ordered.map((other) => pairs.get(`${place} ${other.place}`)));
    const positions = ordered.map((_crowd, index) => index);
    const step = ordered.length > NUMBERED_COLUMNS ? 5 : 1;
    const numbered = positions.filter((position) => (position + 1) % step === 0);
    return {
      height: 90 + ordered.length * ROW_HEIGHT,
      data: [
        {
          type: 'heatmap',
          heat: true,
          x: positions,
          y: positions,
          z: cells.map((row) => row.map((cell) => cell?.share ?? null)),
          customdata: cells.map((row) =>
            row.map((cell) => (cell === undefined || cell.share === null ? '' : pairLabel(cell))),
          ),
          zmin: 0,
          // Without it, plotly.js does not keep zmin.
          zmax: Math.max(...rows.map(({ share }) => share ?? 0), 1),
          xgap: 1,
          ygap: 1,
          hoverongaps: false,
          colorbar: heatBar({ ticksuffix: ' %' }),
          hovertemplate: `%{customdata}<br>%{z} %<extra></extra>`,
        },
      ],
      layout: {
        xaxis: {
          side: 'top',
          tickvals: numbered,
          ticktext: numbered.map((position) => String(position + 1)),
          title: { text: text('overlapMatrix.columns') },
          showgrid: false,
          zeroline: false,
        },
        yaxis: {
          autorange: 'reversed',
          tickvals: positions,
          ticktext: ordered.map(({ name }, index) => `${index + 1} ${plotText(name)}`),
          showgrid: false,
          zeroline: false,
        },
      },
    };
  },
});

const crowdsIn = (rows: readonly Row[]): Crowd[] =>
  crowdsOf(rows.map(({ channel, place, chatters }) => ({ name: channel, place, chatters })));

const pairLabel = ({ channel, other }: Row): string =>
  `${cut(plotText(channel), LONGEST_NAME)} → ${cut(plotText(other), LONGEST_NAME)}`;
