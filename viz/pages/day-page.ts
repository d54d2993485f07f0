import { DAY_CHARTS } from '../charts/day/index.ts';
import type { DayData } from '../day-data.ts';
import { DAY_TABLES } from '../tables/day/index.ts';
import type { PageTable } from '../tables/table.ts';
import { chartGrid } from './chart-grid.ts';
import type { Edition } from './edition.ts';
import { fact } from './fact.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { layout } from './layout.ts';
import { linksFrom } from './links.ts';
import { panel } from './panel.ts';
import { qualityPanel } from './quality.ts';
import { removedNote } from './removed-note.ts';
import { verdict } from './verdict.ts';

const DAY_MS = 24 * 3_600_000;

/** The report of one day: key figures, charts, tables, and data quality. */
export function dayPage({ summary, rows }: DayData, edition: Edition): string {
  const { locale } = edition;
  const { text, count, time } = locale;
  const { state, sentence } = verdict(summary, locale);
  const tables: [string, PageTable][] = Object.entries(DAY_TABLES);
  const rowsOf = (name: string): Record<string, unknown>[] => rows[name as keyof typeof rows];
  const place = { language: locale.language, path: `${summary.day}/` };
  const links = linksFrom(place.path, edition);
  const title = text('day.title', { day: locale.day(summary.day) });
  const { grid, figures } = chartGrid(DAY_CHARTS, rows, edition, place);
  const body = html`
    <h1>${title}</h1>
    <p class="note">${spanOf(summary.day, edition)}</p>
    ${removedNote(summary, locale, true)}
    <p class="verdict ${state}">${sentence} <a href="#quality">${text('day.details')}</a></p>
    <dl class="figures">
      ${fact(text('day.messages'), count(summary.sums.yellow))} ${fact(text('day.channels'), count(summary.channels))}
      ${fact(text('day.busiest'), (summary.removed === undefined ? rows.channels[0]?.name : undefined) ?? '–')}
      ${fact(text('day.newest'), time(summary.newestMessageAt, 'zone'))}
    </dl>
    ${grid} ${tables.map(([name, it]) => panel(text(it.title), it.draw(rowsOf(name), locale, links)))}
    ${qualityPanel(summary, locale)}
  `;
  return layout(edition, {
    title: `${title} · ${text('site.name')}`,
    path: place.path,
    figures,
    body,
  });
}

/** A day begins and ends at midnight in UTC, which is another time of day in most zones. */
function spanOf(day: string, { locale: { say, time } }: Edition): Html {
  const from = new Date(`${day}T00:00:00Z`);
  const to = new Date(from.getTime() + DAY_MS);
  return say('day.span', { from: time(from.toISOString(), 'zone'), to: time(to.toISOString(), 'zone') });
}
