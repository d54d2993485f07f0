import { z } from 'zod';
import type { Locale } from '../../locale.ts';
import { TAGS } from '../../words.ts';
import { chart } from '../chart.ts';

/** A cell of the week with less live time says nothing. */
const LEAST_MINUTES = 15;
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
/** From Monday, as in ISO 8601. The 5th of January 1970 was one. */
const WEEKDAYS = Array.from({ length: 7 }, (_, day) => new Date(Date.UTC(1970, 0, 5 + day)));

const row = z.object({
  at: z.string(),
  /** Sent while the channel was live. */
  messages: z.number(),
  minutesLive: z.number(),
});

type LiveHour = z.infer<typeof row>;

/** Messages per hour of live time, by weekday and hour of the day in the zone of the page. The rows are hours in UTC. */
export const week = chart({
  title: 'week.title',
  width: 'whole',
  sql: `
    -- A broadcast ends at the latest when the next one begins.
    WITH live AS (
      SELECT began_at, least(ended_at, coalesce(lead(began_at) OVER (ORDER BY began_at, stream_id), 'infinity')) AS ended_at FROM broadcasts
    ),
    hours AS (
      SELECT unnest(generate_series(getvariable('page_from'), getvariable('page_to') - INTERVAL 1 HOUR, INTERVAL 1 HOUR)) AS from_at
    ),
    shown AS (
      SELECT from_at, sum(epoch(least(ended_at, from_at + INTERVAL 1 HOUR)) - epoch(greatest(began_at, from_at))) / 60 AS minutes
      FROM hours JOIN live ON began_at < from_at + INTERVAL 1 HOUR AND ended_at > from_at GROUP BY from_at
    ),
    said AS (
      SELECT date_trunc('hour', message_counts.began_at) AS from_at, sum(messages) AS messages
      FROM message_counts ASOF JOIN (SELECT time_bucket(INTERVAL 10 SECOND, began_at) AS live_from, ended_at FROM live) AS spans
        ON message_counts.began_at >= live_from
      WHERE message_counts.began_at < ended_at GROUP BY ALL
    )
    SELECT
      strftime(from_at, '%Y-%m-%dT%H:%M:%SZ') AS at, coalesce(messages, 0)::DOUBLE AS messages, round(minutes, 1)::DOUBLE AS "minutesLive"
    FROM shown LEFT JOIN said USING (from_at) ORDER BY from_at`,
  shape: row,
  columns: [
    { field: 'at', name: 'column.time', kind: 'time' },
    { field: 'messages', name: 'column.messages', kind: 'number' },
    { field: 'minutesLive', name: 'column.minutesLive', kind: 'number' },
  ],
  tell(rows, locale) {
    const { say } = locale;
    const cells = cellsOf(rows, locale).flatMap((hours, day) =>
      hours.map((rate, hour) => ({ rate: rate ?? -1, day, hour })),
    );
    const [most] = cells.toSorted((a, b) => b.rate - a.rate);
    const zone = { zone: locale.fixedZoneName };
    if (most === undefined || most.rate < 0) return say('week.short', zone);
    return say('week.about', {
      ...zone,
      day: weekdaysIn(locale, 'long')[most.day] ?? '',
      hour: clock(most.hour),
      rate: most.rate,
      minutes: LEAST_MINUTES,
    });
  },
  draw(rows, locale) {
    const { text, count, fixedZoneName } = locale;
    const cells = cellsOf(rows, locale);
    const days = weekdaysIn(locale, 'short');
    return {
      data: [
        {
          type: 'heatmap',
          heat: true,
          x: rows.length === 0 ? [] : HOURS,
          y: WEEKDAYS.map((_day, index) => index),
          z: cells,
          xgap: 2,
          ygap: 2,
          hoverongaps: false,
          customdata: cells.map((hours, day) =>
            hours.map((rate, hour) => `${days[day]} ${clock(hour)}: ${count(rate ?? 0)}`),
          ),
          hovertemplate: `%{customdata} ${text('week.unit')}<extra></extra>`,
          colorbar: { thickness: 12, outlinewidth: 0, tickformat: ',', nticks: 5 },
        },
      ],
      layout: {
        showlegend: false,
        xaxis: {
          title: { text: `${text('week.axis')} (${fixedZoneName})`, standoff: 8 },
          tickvals: HOURS.filter((hour) => hour % 3 === 0),
          ticktext: HOURS.filter((hour) => hour % 3 === 0).map(String),
          showgrid: false,
          zeroline: false,
          fixedrange: true,
        },
        yaxis: {
          autorange: 'reversed',
          tickvals: WEEKDAYS.map((_day, index) => index),
          ticktext: days,
          showgrid: false,
          zeroline: false,
          fixedrange: true,
        },
      },
    };
  },
});

const clock = (hour: number): string => `${String(hour).padStart(2, '0')}:00`;

const weekdaysIn = ({ language }: Locale, weekday: 'long' | 'short'): string[] => {
  const format = new Intl.DateTimeFormat(TAGS[language], { weekday, timeZone: 'UTC' });
  return WEEKDAYS.map((day) => format.format(day));
};

/** Messages per hour of live time for each weekday and hour; null if the channel was hardly live then. */
function cellsOf(rows: readonly LiveHour[], { zone }: Locale): (number | null)[][] {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone ?? 'UTC',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    hourCycle: 'h23',
  });
  const sums = WEEKDAYS.map(() => HOURS.map(() => ({ messages: 0, minutes: 0 })));
  for (const { at, messages, minutesLive } of rows) {
    const parts = new Map(format.formatToParts(new Date(at)).map(({ type, value }) => [type, Number(value)]));
    const [year = 0, month = 1, day = 1] = (['year', 'month', 'day'] as const).map((type) => parts.get(type));
    // Sunday is 0 there, and last here.
    const weekday = (new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 6) % 7;
    const cell = sums[weekday]?.[parts.get('hour') ?? 0];
    if (cell === undefined) continue;
    cell.messages += messages;
    cell.minutes += minutesLive;
  }
  return sums.map((hours) =>
    hours.map(({ messages, minutes }) => (minutes < LEAST_MINUTES ? null : Math.round((messages * 60) / minutes))),
  );
}
