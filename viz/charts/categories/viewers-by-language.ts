import { z } from 'zod';
import { languageName } from '../../pages/language-name.ts';
import type { Locale } from '../../locale.ts';
import { chart } from '../chart.ts';
import { legendLabel } from '../labels.ts';
import { timeAxis } from '../time-axis.ts';

const shape = z.object({
  at: z.string(),
  /** `–` for streams without a language, null for all but the first six. */
  language: z.string().nullable(),
  place: z.number().nullable(),
  viewers: z.number(),
});

/** The viewers of all polled streams by their language, averaged over the polls of an hour, or of a day if there are many. */
export const viewersByLanguage = chart({
  title: 'viewersByLanguage.title',
  width: 'whole',
  sql: `
    WITH step AS (SELECT CASE WHEN count(DISTINCT hour) > 240 THEN 'day' ELSE 'hour' END AS step FROM poll_totals),
    polled AS (
      SELECT date_trunc(step, strptime(hour, '%Y-%m-%dT%H')) AS at, count(*) AS polls FROM poll_totals, step GROUP BY ALL
    ),
    ranked AS (
      SELECT known(language) AS language, row_number() OVER (ORDER BY sum(viewers) DESC, known(language)) AS rank
      FROM poll_groups GROUP BY known(language)
    ),
    lines AS (SELECT DISTINCT CASE WHEN rank <= 6 THEN language END AS language, CASE WHEN rank <= 6 THEN rank END AS place FROM ranked),
    watched AS (
      SELECT date_trunc(step, strptime(hour, '%Y-%m-%dT%H')) AS at, CASE WHEN rank <= 6 THEN rank END AS place, sum(viewers) AS viewers
      FROM poll_groups JOIN ranked ON known(poll_groups.language) = ranked.language, step GROUP BY ALL
    )
    -- A language that nobody streamed in a step had no viewers in it.
    SELECT
      strftime(polled.at, '%Y-%m-%dT%H:%M:%SZ') AS at, lines.language, lines.place::DOUBLE AS place,
      round(coalesce(viewers, 0) / polls)::DOUBLE AS viewers
    FROM polled CROSS JOIN lines
    LEFT JOIN watched ON polled.at = watched.at AND lines.place IS NOT DISTINCT FROM watched.place
    ORDER BY lines.place NULLS LAST, polled.at`,
  shape,
  columns: [
    { field: 'at', name: 'column.time', kind: 'time' },
    { field: 'language', name: 'column.language', kind: 'text', ifNull: 'viewersByLanguage.others' },
    { field: 'viewers', name: 'column.viewers', kind: 'number' },
  ],
  tell(rows, locale) {
    const [most = { at: '', language: null, place: null, viewers: 0 }] = rows
      .filter(({ place }) => place === 1)
      .toSorted((a, b) => b.viewers - a.viewers);
    return locale.say('viewersByLanguage.about', {
      language: nameOf(most.language, locale),
      peak: most.viewers,
      at: locale.time(most.at, 'zone'),
    });
  },
  draw: (rows, locale) => ({
    overTime: true,
    data: [...Map.groupBy(rows, ({ place }) => place)].map(([place, points]) => ({
      type: 'scatter',
      mode: points.length === 1 ? 'markers' : 'lines',
      name: legendLabel(nameOf(points[0]?.language ?? null, locale)),
      place,
      ...(points.length === 1 ? {} : { stackgroup: 'viewers' }),
      x: points.map(({ at }) => at),
      y: points.map(({ viewers }) => viewers),
      hovertemplate: `%{y:,} ${locale.text('unit.viewers')}<extra>%{fullData.name}</extra>`,
    })),
    layout: {
      hovermode: 'x unified',
      xaxis: timeAxis(locale.text),
      yaxis: { title: { text: locale.text('unit.viewersOnAverage') }, rangemode: 'tozero' },
    },
  }),
});

function nameOf(language: string | null, locale: Locale): string {
  if (language === null) return locale.text('viewersByLanguage.others');
  return language === '–' ? locale.text('overview.noLanguage') : languageName(language, locale);
}
