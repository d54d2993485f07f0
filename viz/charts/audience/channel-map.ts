import { z } from 'zod';
import { chart } from '../chart.ts';
import type { Trace } from '../chart.ts';
import { hoverLabel } from '../labels.ts';
import { cut, plotText } from '../plot-text.ts';
import { haveRoom } from './label-room.ts';
import { layoutOf } from './layout.ts';
import type { Point } from './layout.ts';
import { crowdsOf, nearnessOf } from './relations.ts';
import type { Crowd, Nearness } from './relations.ts';

const shape = z.object({
  channel: z.string(),
  place: z.number(),
  chatters: z.number(),
  /** Null for a channel that shares no chatters with another. */
  other: z.string().nullable(),
  otherPlace: z.number().nullable(),
  otherChatters: z.number().nullable(),
  shared: z.number().nullable(),
});
type Row = z.infer<typeof shape>;

const LONGEST_LABEL = 14;
/** In px. */
const [SMALLEST, LARGEST] = [7, 26];
/** The height of a pixel of the map: labels are above their points. */
const PIXEL = 0.003;
/** Channels with colours of their own, as in other charts. */
const COLOURS = 10;
/** Of each channel to others. More make a tangle. */
const LINKS = 2;

/** Channels as points. They are near each other if they share chatters. */
export const channelMap = chart({
  title: 'channelMap.title',
  width: 'whole',
  sql: `
    SELECT
      here.name AS channel, here.place, here.chatters, there.name AS other, there.place AS "otherPlace",
      there.chatters AS "otherChatters", shared
    FROM shared_chatters JOIN crowds AS here ON here.place = shared_chatters.place JOIN crowds AS there ON there.place = other_place
    WHERE shared_chatters.place < other_place
    UNION ALL
    SELECT name, place, chatters, NULL, NULL, NULL, NULL FROM crowds ANTI JOIN shared_chatters USING (place)
    ORDER BY shared DESC NULLS LAST, place, "otherPlace"`,
  shape,
  columns: [
    { field: 'channel', name: 'column.channel', kind: 'text' },
    { field: 'chatters', name: 'column.chatters', kind: 'number' },
    { field: 'other', name: 'column.otherChannel', kind: 'text' },
    { field: 'otherChatters', name: 'column.otherChatters', kind: 'number' },
    { field: 'shared', name: 'column.shared', kind: 'number', ifNull: 'audience.fewer' },
  ],
  tell(rows, { say }) {
    const [most] = rows;
    if (most === undefined || most.other === null || most.shared === null)
      return say('channelMap.none', { count: crowdsIn(rows).length });
    return say('channelMap.about', { channel: most.channel, other: most.other, shared: most.shared });
  },
  draw(rows, { text, count }) {
    if (rows.length === 0) return { data: [], layout: {} };
    const crowds = crowdsIn(rows);
    const nearness = nearnessOf(crowds, overlapsIn(rows));
    const points = layoutOf(nearness);
    const labels = crowds.map(({ name }, index) => ({
      ...(points[index] ?? { x: 0, y: 0 }),
      text: cut(plotText(withoutLogin(name)), LONGEST_LABEL),
    }));
    const shown = haveRoom(labels);
    const most = Math.max(...crowds.map(({ chatters }) => chatters), 1);
    const sizes = crowds.map(({ chatters }) => SMALLEST + (LARGEST - SMALLEST) * Math.sqrt(chatters / most));
    return {
      height: 460,
      data: [
        linksBetween(points, nearness),
        {
          type: 'scatter',
          mode: 'markers',
          place: crowds.map(({ place }) => (place <= COLOURS ? place : null)),
          x: points.map(({ x }) => x),
          y: points.map(({ y }) => y),
          marker: {
            size: sizes,
            opacity: 0.85,
          },
          customdata: crowds.map(({ name, chatters }) => `${hoverLabel(name)}<br>${count(chatters)}`),
          hovertemplate: `%{customdata} ${text('unit.chatters')}<extra></extra>`,
        },
        {
          type: 'scatter',
          mode: 'text',
          x: points.map(({ x }) => x),
          y: points.map(({ y }, index) => y + ((sizes[index] ?? 0) / 2) * PIXEL),
          text: labels.map((label, index) => (shown[index] === true ? label.text : '')),
          textposition: 'top center',
          cliponaxis: false,
          hoverinfo: 'skip',
        },
      ],
      layout: {
        showlegend: false,
        hovermode: 'closest',
        xaxis: { visible: false, range: [-0.15, 1.15] },
        yaxis: { visible: false, range: [-0.06, 1.12] },
      },
    };
  },
});

/** `하늘 (haneul)` → `하늘`: the map has little room. */
const withoutLogin = (name: string): string => name.replace(/ \(\w+\)$/, '');

/** Each pair names two channels. */
const crowdsIn = (rows: readonly Row[]): Crowd[] =>
  crowdsOf(
    rows.flatMap(({ channel, place, chatters, other, otherPlace, otherChatters }) => [
      { name: channel, place, chatters },
      ...(other === null || otherPlace === null
        ? []
        : [{ name: other, place: otherPlace, chatters: otherChatters ?? 0 }]),
    ]),
  );

const overlapsIn = (rows: readonly Row[]): { place: number; otherPlace: number; shared: number }[] =>
  rows.flatMap(({ place, otherPlace, shared }) =>
    otherPlace === null || shared === null ? [] : [{ place, otherPlace, shared }],
  );

/** Thin lines from each channel to those that are nearest. */
function linksBetween(points: readonly Point[], nearness: Nearness): Trace {
  const links = new Set<string>();
  for (const [one, values] of nearness.entries()) {
    const nearest = [...values.entries()].filter(([, value]) => value > 0).toSorted((a, b) => b[1] - a[1]);
    for (const [other] of nearest.slice(0, LINKS)) links.add([one, other].toSorted((a, b) => a - b).join(' '));
  }
  const ends = [...links].map((link) => link.split(' ').map((index) => points[Number(index)]));
  return {
    type: 'scatter',
    mode: 'lines',
    place: null,
    x: ends.flatMap((pair) => [...pair.map((point) => point?.x ?? null), null]),
    y: ends.flatMap((pair) => [...pair.map((point) => point?.y ?? null), null]),
    line: { width: 1 },
    hoverinfo: 'skip',
  };
}
