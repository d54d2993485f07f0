import { CATEGORIES_CHARTS } from '../charts/categories/index.ts';
import type { RowsOf } from '../parts.ts';
import { CATEGORIES_TABLES } from '../tables/categories/index.ts';
import { chartGrid } from './chart-grid.ts';
import type { Edition } from './edition.ts';
import { html } from './html.ts';
import { layout } from './layout.ts';
import { linksFrom } from './links.ts';
import { panel } from './panel.ts';

export const CATEGORIES_PATH = 'categories/';

/** The parts of the page on categories and languages that have a query. */
export const CATEGORIES_PARTS = { ...CATEGORIES_CHARTS, ...CATEGORIES_TABLES };

/** What is streamed, in which languages, and how much people write there. */
export function categoriesPage(rows: RowsOf<typeof CATEGORIES_PARTS>, edition: Edition): string {
  const { locale } = edition;
  const { text } = locale;
  const place = { language: locale.language, path: CATEGORIES_PATH };
  const links = linksFrom(place.path, edition);
  const { grid, figures } = chartGrid(CATEGORIES_CHARTS, rows, edition, place);
  const { allCategories, allLanguages } = CATEGORIES_TABLES;
  const body = html`
    <h1>${text('categories.title')}</h1>
    <p class="note">${text('categories.about')}</p>
    ${grid} ${panel(text(allCategories.title), allCategories.draw(rows.allCategories, locale, links))}
    ${panel(text(allLanguages.title), allLanguages.draw(rows.allLanguages, locale, links))}
  `;
  return layout(edition, {
    title: `${text('categories.title')} · ${text('site.name')}`,
    path: place.path,
    figures,
    isSearched: true,
    body,
  });
}
