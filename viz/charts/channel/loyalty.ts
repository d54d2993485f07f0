import { z } from 'zod';
import { html } from '../../pages/html.ts';
import { chart } from '../chart.ts';

/** Who wrote on so many of the days that the page shows is a regular. */
export const REGULAR_DAYS = 5;
/** A smaller group is not counted out, so that nobody is recognised in it. */
export const SMALLEST_GROUP = 5;

const GROUPS = ['fresh', 'returning', 'regulars'] as const;

/** A number of people; null if there are some, but fewer than the smallest group. */
const people = z.number().nullable();

const unlessFew = (count: string): string =>
  `CASE WHEN ${count} BETWEEN 1 AND ${SMALLEST_GROUP - 1} THEN NULL ELSE ${count} END::DOUBLE`;

/**
 * Who wrote on each day: for the first time in the channel, again, or as a regular. Whose first message was on that day is not counted as a regular
 * there. Bots and copies by shared chat do not count.
 */
export const loyalty = chart({
  title: 'loyalty.title',
  width: 'whole',
  sql: `
    WITH bots AS (SELECT DISTINCT person FROM chatters WHERE is_bot),
    wrote AS (
      SELECT left(hour, 10) AS day, person, bool_or(first_messages > 0) AS is_first FROM chatters ANTI JOIN bots USING (person) GROUP BY ALL
    ),
    whole AS (SELECT person, bool_or(is_first) AS was_first, count(*) >= ${REGULAR_DAYS} AS is_regular FROM wrote GROUP BY person),
    days AS (
      SELECT
        day, count(*) FILTER (is_first) AS fresh, count(*) FILTER (NOT is_first AND NOT is_regular) AS again,
        count(*) FILTER (NOT is_first AND is_regular) AS regular
      FROM wrote JOIN whole USING (person) GROUP BY day
    ),
    sums AS (
      SELECT
        count(*) FILTER (was_first) AS all_fresh, count(*) FILTER (NOT was_first) AS all_again, count(*) FILTER (is_regular) AS all_regular
      FROM whole
    )
    SELECT
      day, ${unlessFew('fresh')} AS fresh, ${unlessFew('again')} AS returning, ${unlessFew('regular')} AS regulars,
      ${unlessFew('all_fresh')} AS "allFresh", ${unlessFew('all_again')} AS "allReturning", ${unlessFew('all_regular')} AS "allRegulars"
    FROM days, sums ORDER BY day`,
  shape: z.object({
    day: z.string(),
    fresh: people,
    returning: people,
    regulars: people,
    /** In all days: who is new, who is not, and who of both is a regular. */
    allFresh: people,
    allReturning: people,
    allRegulars: people,
  }),
  columns: [
    { field: 'day', name: 'column.dayUtc', kind: 'text' },
    { field: 'fresh', name: 'loyalty.fresh', kind: 'number', ifNull: 'loyalty.few' },
    { field: 'returning', name: 'loyalty.returning', kind: 'number', ifNull: 'loyalty.few' },
    { field: 'regulars', name: 'loyalty.regulars', kind: 'number', ifNull: 'loyalty.few' },
  ],
  tell([first], { text, count }) {
    const shown = (people: number | null | undefined): string =>
      people === null || people === undefined ? text('loyalty.few') : count(people);
    const groups = {
      fresh: shown(first?.allFresh),
      returning: shown(first?.allReturning),
      regulars: shown(first?.allRegulars),
    };
    return html`${text('loyalty.about', { ...groups, days: REGULAR_DAYS })} ${text('loyalty.note')}`;
  },
  draw: (rows, { text, count }) => ({
    data: GROUPS.map((group, index) => ({
      type: 'bar',
      name: text(`loyalty.${group}`),
      place: index + 1,
      x: rows.map(({ day }) => day),
      y: rows.map((it) => it[group] ?? 0),
      customdata: rows.map((it) => (it[group] === null ? text('loyalty.few') : count(it[group]))),
      hovertemplate: `${text(`loyalty.${group}`)}: %{customdata}<extra></extra>`,
    })),
    layout: {
      barmode: 'stack',
      hovermode: 'x unified',
      xaxis: {
        type: 'date',
        tickformat: text('chart.axisDay'),
        hoverformat: text('chart.axisDay'),
        ...(rows.length < 8 ? { tickvals: rows.map(({ day }) => day) } : {}),
      },
      yaxis: { title: { text: text('unit.chatters') }, rangemode: 'tozero', tickformat: ',' },
    },
  }),
});
