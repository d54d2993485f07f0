import { z } from 'zod';
import { AUDIENCE_CHARTS } from '../charts/audience/index.ts';
import type { RowsOf } from '../parts.ts';
import { AUDIENCE_TABLES } from '../tables/audience/index.ts';
import { chartGrid } from './chart-grid.ts';
import type { Edition } from './edition.ts';
import { fact } from './fact.ts';
import { html } from './html.ts';
import { layout } from './layout.ts';
import { linksFrom } from './links.ts';
import { panel } from './panel.ts';

export const AUDIENCE_PATH = 'audience/';

/** How many people wrote, how many of them in several channels, and how many channels are compared. */
const reach = {
  sql: `
    SELECT
      count(*)::DOUBLE AS people, CASE WHEN count(*) FILTER (channels > 1) >= 5 THEN (count(*) FILTER (channels > 1))::DOUBLE END AS several,
      (SELECT count(DISTINCT channel) FROM audience)::DOUBLE AS channels, (SELECT count(*) FROM crowds)::DOUBLE AS compared
    FROM (SELECT person, count(*) AS channels FROM audience GROUP BY person)`,
  shape: z.object({
    people: z.number(),
    /** Null for fewer than five. */
    several: z.number().nullable(),
    channels: z.number(),
    compared: z.number(),
  }),
};

/** The parts of the page on the audience that have a query. They ask the tables of `viz/queries/audience.sql`. */
export const AUDIENCE_PARTS = { ...AUDIENCE_CHARTS, ...AUDIENCE_TABLES, reach };

/** Which channels share their chatters. */
export function audiencePage(rows: RowsOf<typeof AUDIENCE_PARTS>, edition: Edition): string {
  const { locale } = edition;
  const { text, say, count } = locale;
  const place = { language: locale.language, path: AUDIENCE_PATH };
  const links = linksFrom(place.path, edition);
  const { grid, figures } = chartGrid(AUDIENCE_CHARTS, rows, edition, place);
  const { people = 0, several = null, channels = 0, compared = 0 } = rows.reach[0] ?? {};
  const { pairs, flows } = AUDIENCE_TABLES;
  const body = html`
    <h1>${text('audience.title')}</h1>
    <p class="note">${say('audience.about', { compared, channels })}</p>
    <dl class="figures">
      ${fact(text('audience.people'), count(people))}
      ${fact(text('audience.several'), several === null ? text('audience.fewer') : count(several))}
      ${fact(text('audience.channels'), count(channels))}
    </dl>
    ${grid} ${panel(text(pairs.title), pairs.draw(rows.pairs, locale, links))}
    ${panel(text(flows.title), flows.draw(rows.flows, locale, links))}
  `;
  return layout(edition, {
    title: `${text('audience.title')} · ${text('site.name')}`,
    path: place.path,
    figures,
    body,
  });
}
