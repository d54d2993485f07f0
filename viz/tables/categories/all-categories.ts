import { html } from '../../pages/html.ts';
import { groupTable } from '../overview/groups.ts';
import { pageTable } from '../table.ts';

const LIMIT = 300;

const groups = groupTable(
  'category',
  { title: 'overview.categories', column: 'column.category', none: 'topCategories.none' },
  LIMIT,
);

/** The categories with the most viewers in the last seven days. The page's script searches them. */
export const allCategories = pageTable({
  ...groups,
  draw(rows, locale, links) {
    const { text } = locale;
    return html`<p class="note">${text('overview.lastDays')}</p>
      <label class="search" for="search"
        >${text('categories.search')} <input id="search" type="search" autocomplete="off" data-search="categories"
      /></label>
      <p class="empty" id="search-empty" hidden>${text('categories.searchEmpty')}</p>
      <div id="categories">${groups.draw(rows, locale, links)}</div>`;
  },
});
