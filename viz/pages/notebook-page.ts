import type { Figure } from '../charts/chart.ts';
import type { Locale } from '../locale.ts';
import type { NotebookEntry, NotebookPage } from '../notebooks/notebook-page.ts';
import { safeFigure } from '../notebooks/safe-figure.ts';
import type { Edition } from './edition.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { layout } from './layout.ts';
import { chartPanel, panel } from './panel.ts';
import { pageFrom } from './place.ts';
import { scrolling, table } from './table.ts';

/** Below the front page. */
const LIST = 'notebooks/';

/** The page that a notebook has made. Its own texts are as they were given. @throws UnsafeFigure */
export function notebookPage(page: NotebookPage, publishedAt: string, edition: Edition): string {
  const { name, title, summary, charts, tables } = page;
  const { locale } = edition;
  const { language, say, text, time } = locale;
  const path = `${LIST}${name}/`;
  const figures: Record<string, Figure> = {};
  for (const [index, { figure }] of charts.entries()) figures[`chart${index}`] = safeFigure(figure);
  const body = html`
    <h1>${title}</h1>
    ${summary.map((paragraph) => html`<p>${paragraph}</p>`)}
    <div class="charts">${charts.map((chart, index) => chartPanel(`chart${index}`, chart.title, locale))}</div>
    ${tables.map((it) => panel(it.title, tableOf(it, locale)))}
    <p class="faint">
      ${say('notebooks.made', { at: time(publishedAt, 'year', 'zone') })}
      <span data-site-only
        ><a href="${pageFrom({ language, path }, { language, path: LIST })}">${text('notebooks.all')}</a></span
      >
    </p>
  `;
  return layout(edition, {
    title: `${title} · ${text('site.name')}`,
    path,
    ...(charts.length > 0 ? { figures } : {}),
    body,
  });
}

function tableOf({ title, columns, rows }: NotebookPage['tables'][number], { text, count }: Locale): Html {
  const kinds = columns.map((name, index) => {
    const cells = rows.map((row) => row[index]).filter((cell) => cell !== null);
    const isNumber = cells.length > 0 && cells.every((cell) => typeof cell === 'number');
    return isNumber ? ({ name, kind: 'number' } as const) : { name };
  });
  const formatCell = (cell: string | number | boolean | null): string =>
    typeof cell === 'number' ? count(cell) : String(cell ?? '–');
  const texts = rows.map((row) => row.map(formatCell));
  return scrolling(title, table(kinds, texts, text('notebooks.noRows')), 'tall');
}

/** The list of the pages that notebooks have made, newest first. */
export function notebooksPage(entries: NotebookEntry[], edition: Edition): string {
  const { text } = edition.locale;
  const body = html`<h1>${text('notebooks.title')}</h1>
    ${notebookList(entries, edition.locale, LIST)}`;
  return layout(edition, {
    title: `${text('notebooks.title')} · ${text('site.name')}`,
    path: LIST,
    body,
  });
}

/** @param path of the page that has the list */
export function notebookList(entries: NotebookEntry[], locale: Locale, path: string): Html {
  const { language, text, say, time, zoneName } = locale;
  const newestFirst = [...entries].sort((a, b) => (a.publishedAt < b.publishedAt ? 1 : -1));
  const rows = newestFirst.map(({ name, title, publishedAt }) => [
    html`<a href="${pageFrom({ language, path }, { language, path: `${LIST}${name}/` })}">${title}</a>`,
    time(publishedAt, 'year'),
  ]);
  const columns = [
    { name: text('notebooks.page') },
    { name: say('index.published', { zone: zoneName() }), kind: 'time' as const },
  ];
  return html`<section class="panel">
    ${scrolling(text('notebooks.title'), table(columns, rows, text('notebooks.empty')))}
  </section>`;
}
