import { z } from 'zod';
import { findPeaks, SLOT_SECONDS } from '../../broadcast/peaks.ts';
import type { Peak } from '../../broadcast/peaks.ts';
import type { Locale } from '../../locale.ts';
import { html } from '../../pages/html.ts';
import { chart } from '../chart.ts';
import type { Band } from '../chart.ts';
import { legendLabel } from '../labels.ts';
import { timeAxis } from '../time-axis.ts';
import { twoRows } from '../two-rows.ts';

/** Room above the highest peak for the names of categories. */
const HEADROOM = 1.3;

const row = z.object({
  /** The beginning of the ten seconds. */
  at: z.string(),
  /** Null where nobody listened. */
  messages: z.number().nullable(),
  /** In the ten seconds of a poll. */
  viewers: z.number().nullable(),
  category: z.string().nullable(),
  /** Why chat is missing. */
  missing: z.string().nullable(),
});

export type Slot = z.infer<typeof row>;

/** A peak, and when it began. */
export interface TimedPeak extends Peak {
  at: string;
}

/** The peaks of a timeline, the most prominent first. */
export function peaksOf(slots: readonly Slot[]): readonly TimedPeak[] {
  const known = found.get(slots);
  if (known !== undefined) return known;
  const messages = slots.map((slot) => slot.messages);
  const peaks = findPeaks(messages).map((peak) => ({ ...peak, at: slots[peak.slot]?.at ?? '' }));
  found.set(slots, peaks);
  return peaks;
}

/** Each page asks them three times in each language. */
const found = new WeakMap<readonly Slot[], readonly TimedPeak[]>();

/**
 * Messages in ten seconds with the peaks, and the viewers below, over the time of the broadcast. Behind them are the categories, and in grey the
 * times without chat. Lines, because thousands of bars are slow (plotly/plotly.js#4922).
 */
export const timeline = chart({
  title: 'timeline.title',
  width: 'whole',
  sql: `
    WITH slots AS (
      SELECT unnest(generate_series(time_bucket(INTERVAL 10 SECOND, began_at), ended_at, INTERVAL 10 SECOND)) AS slot_at, chosen.*
      FROM chosen
    ),
    said AS (SELECT stream_id, began_at AS slot_at, sum(messages) AS messages FROM chosen_counts GROUP BY ALL),
    last_said AS (SELECT stream_id, max(slot_at) AS last_said_at FROM said GROUP BY stream_id),
    watched AS (
      SELECT stream_id, time_bucket(INTERVAL 10 SECOND, polled_at) AS slot_at, max(viewers) AS viewers FROM chosen_polls GROUP BY ALL
    ),
    -- The first known category also counts before its poll.
    shows AS (
      SELECT stream_id, CASE WHEN row_number() OVER (PARTITION BY stream_id ORDER BY polled_at) = 1 THEN '-infinity' ELSE polled_at END AS shown_from, category
      FROM chosen_polls WHERE category IS NOT NULL
    )
    SELECT
      slots.stream_id AS "streamId", strftime(slots.slot_at, '%Y-%m-%dT%H:%M:%SZ') AS at,
      CASE WHEN missing.reason IS NULL THEN coalesce(messages, 0) ELSE messages END::DOUBLE AS messages,
      viewers::DOUBLE AS viewers, category, missing.reason AS missing
    FROM slots LEFT JOIN said USING (stream_id, slot_at) LEFT JOIN watched USING (stream_id, slot_at) LEFT JOIN last_said USING (stream_id)
    ASOF LEFT JOIN shows ON slots.stream_id = shows.stream_id AND slots.slot_at >= shown_from
    LEFT JOIN (FROM broadcast_gaps WHERE NOT is_filled) AS missing
      ON slots.stream_id = missing.stream_id AND missing.began_at <= greatest(slots.slot_at, slots.began_at) AND missing.ended_at >= least(slots.slot_at + INTERVAL 10 SECOND, slots.ended_at)
    -- Nobody knows how long the broadcast went on after its last poll.
    WHERE slots.slot_at < slots.ended_at AND slots.slot_at <= greatest(last_polled_at, last_said_at)
    ORDER BY slots.stream_id, slots.slot_at`,
  shape: row,
  columns: [
    { field: 'at', name: 'column.time', kind: 'time' },
    { field: 'messages', name: 'column.messages', kind: 'number' },
    { field: 'viewers', name: 'column.viewers', kind: 'number' },
    { field: 'category', name: 'column.category', kind: 'text' },
    { field: 'missing', name: 'timeline.missing', kind: 'text' },
  ],
  tell(rows, { say, count, time }) {
    const peaks = peaksOf(rows);
    const [first] = peaks;
    if (rows.every(({ messages }) => messages === null)) return say('timeline.unheard');
    if (first === undefined) return html`${say('timeline.flat')} ${say('timeline.bands')}`;
    const times = count(Math.round(first.times * 10) / 10);
    const about = { count: peaks.length, at: time(first.at, 'zone'), messages: first.messages, times };
    return html`${say('timeline.about', about)} ${say('timeline.bands')}`;
  },
  draw(rows, locale) {
    const { text } = locale;
    const peaks = peaksOf(rows);
    const most = Math.max(1, ...rows.map(({ messages }) => messages ?? 0));
    const watched = rows.filter(({ viewers }) => viewers !== null);
    const [from = '', to = ''] = [rows[0]?.at, rows.at(-1)?.at];
    return {
      overTime: true,
      bands: [...missingBands(rows), ...categoryBands(rows, locale)],
      data: [
        // Plotly fills the space between two parts of one line, too.
        ...heardParts(rows).map((part) => ({
          type: 'scatter',
          mode: 'lines',
          line: { width: 1 },
          fill: 'tozeroy',
          name: text('unit.messages'),
          place: 1,
          every: { from: part[0]?.at ?? '', seconds: SLOT_SECONDS },
          y: part.map(({ messages }) => messages),
          hovertemplate: `%{y:,} ${text('unit.messages')}<extra></extra>`,
        })),
        {
          type: 'scatter',
          mode: 'lines+markers',
          marker: { size: 4 },
          name: text('unit.viewers'),
          place: 2,
          yaxis: 'y2',
          x: watched.map(({ at }) => at),
          y: watched.map(({ viewers }) => viewers),
          hovertemplate: `%{y:,} ${text('unit.viewers')}<extra></extra>`,
        },
        // The highest is drawn last, so that it lies on its neighbours.
        {
          type: 'scatter',
          mode: 'markers+text',
          marker: { size: 18 },
          name: text('peaks.title'),
          place: 1,
          x: peaks.map(({ at }) => at).reverse(),
          y: peaks.map(({ messages }) => messages).reverse(),
          text: peaks.map((_peak, index) => String(index + 1)).reverse(),
          textposition: 'middle center',
          cliponaxis: false,
          hoverinfo: 'skip',
        },
      ],
      layout: {
        showlegend: false,
        hovermode: 'x unified',
        hoversubplots: 'axis',
        xaxis: { ...timeAxis(text), hoverformat: text('chart.axisSecondsHover'), anchor: 'y2', range: [from, to] },
        ...twoRows(locale, { title: text('timeline.unit'), most: most * HEADROOM, from: 0.32 }),
      },
    };
  },
});

/** The places of messages and viewers. Categories have the colours after them. */
const SERIES = 2;

function categoryBands(slots: readonly Slot[], { text }: Locale): Band[] {
  const places = new Map<string | null, number>();
  return runsOf(slots, ({ category }) => category ?? '').map(({ first, end }) => {
    const { category } = first;
    const place = places.get(category) ?? places.size + 1;
    places.set(category, place);
    return {
      from: first.at,
      to: end,
      label: legendLabel(category ?? text('topCategories.none')),
      place: place + SERIES,
    };
  });
}

function missingBands(slots: readonly Slot[]): Band[] {
  return runsOf(slots, ({ missing }) => String(missing !== null))
    .filter(({ first }) => first.missing !== null)
    .map(({ first, end }) => ({ from: first.at, to: end, label: '', place: null }));
}

/** The slots with known messages, without a break. */
function heardParts(slots: readonly Slot[]): Slot[][] {
  const parts: Slot[][] = [];
  for (const [index, slot] of slots.entries()) {
    if (slot.messages === null) continue;
    if (index === 0 || slots[index - 1]?.messages === null) parts.push([slot]);
    else parts.at(-1)?.push(slot);
  }
  return parts;
}

/** Neighbours with the same key, and where the next ones begin. */
function runsOf(slots: readonly Slot[], keyOf: (slot: Slot) => string): { first: Slot; end: string }[] {
  const starts = slots.filter((slot, index) => {
    const before = slots[index - 1];
    return before === undefined || keyOf(before) !== keyOf(slot);
  });
  return starts.map((first, index) => ({ first, end: starts[index + 1]?.at ?? slots.at(-1)?.at ?? first.at }));
}
