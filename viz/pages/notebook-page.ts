import type { NotebookEntry, NotebookPage } from '../notebooks/notebook-page.ts';
import { safeFigure } from '../notebooks/safe-figure.ts';
import type { Figure } from '../charts/chart.ts';
import type { AssetUrls } from './asset-urls.ts';
import { formatTime } from './format.ts';
import { html, jsonBlock } from './html.ts';
import type { Html } from './html.ts';
import { layout } from './layout.ts';
import { chartPanel, panel } from './panel.ts';
import { table } from './table.ts';

/** The page that a notebook has made. @throws UnsafeFigure */
export function notebookPage(page: NotebookPage, publishedAt: string, assets: AssetUrls): string {
  const { title, summary, charts, tables } = page;
  const figures: Record<string, Figure> = {};
  for (const [index, { figure }] of charts.entries()) figures[`chart${index}`] = safeFigure(figure);
  const body = html`
    <h1>${title}</h1>
    ${summary.map((paragraph) => html`<p>${paragraph}</p>`)}
    <div class="charts">${charts.map((chart, index) => chartPanel(`chart${index}`, chart.title, 'whole'))}</div>
    ${tables.map((it) => panel(it.title, tableOf(it)))}
    <p class="faint">
      Made by a notebook and published ${formatTime(publishedAt)}. <a href="/notebooks/">All notebooks</a>
    </p>
    ${jsonBlock('charts', figures)}
  `;
  return layout({ title: `${title} · Chatlake`, assets, charts: charts.length > 0, body });
}

function tableOf({ columns, rows }: NotebookPage['tables'][number]): Html {
  const kinds = columns.map((name, index) => {
    const cells = rows.map((row) => row[index]).filter((cell) => cell !== null);
    const isNumber = cells.length > 0 && cells.every((cell) => typeof cell === 'number');
    return isNumber ? ({ name, kind: 'number' } as const) : { name };
  });
  const texts = rows.map((row) => row.map(formatCell));
  return html`<div class="scroll tall">${table(kinds, texts, 'No rows.')}</div>`;
}

function formatCell(cell: string | number | boolean | null | undefined): string {
  if (typeof cell === 'number') return cell.toLocaleString('en-US', { maximumFractionDigits: 2 });
  return cell === null || cell === undefined ? '–' : String(cell);
}

/** The list of the pages that notebooks have made, newest first. */
export function notebooksPage(entries: NotebookEntry[], assets: AssetUrls): string {
  const body = html`<h1>Notebooks</h1>
    ${notebookList(entries)}`;
  return layout({ title: 'Notebooks · Chatlake', assets, charts: false, body });
}

export function notebookList(entries: NotebookEntry[]): Html {
  const newestFirst = [...entries].sort((a, b) => (a.publishedAt < b.publishedAt ? 1 : -1));
  const rows = newestFirst.map(({ name, title, publishedAt }) => [
    html`<a href="/notebooks/${name}/">${title}</a>`,
    formatTime(publishedAt),
  ]);
  const columns = [{ name: 'Page' }, { name: 'Published', kind: 'time' as const }];
  return html`<section class="panel">
    <div class="scroll">${table(columns, rows, 'No notebook has published a page yet.')}</div>
  </section>`;
}
