import type { DaySummary } from '../day-summary.ts';
import type { NotebookEntry } from '../notebooks/notebook-page.ts';
import type { AssetUrls } from './asset-urls.ts';
import { formatCount, formatTime } from './format.ts';
import { html } from './html.ts';
import { layout } from './layout.ts';
import { notebookList } from './notebook-page.ts';
import { verdict } from './quality.ts';
import { table } from './table.ts';
import type { Column } from './table.ts';

const COLUMNS: Column[] = [
  { name: 'Day' },
  { name: 'Messages', kind: 'number' },
  { name: 'Channels', kind: 'number' },
  { name: 'Sums' },
  { name: 'Published' },
];

/** A row of the index. `summary` is undefined if the report of the day cannot be read. */
export interface IndexedDay {
  day: string;
  summary: DaySummary | undefined;
}

/** The list of days, newest first, and of the pages that notebooks have made. */
export function indexPage(days: IndexedDay[], notebooks: NotebookEntry[], assets: AssetUrls): string {
  const rows = days.map(({ day, summary }) => {
    const link = html`<a href="/${day}/">${day}</a>`;
    if (summary === undefined) return [link, '–', '–', html`<span class="badge wait">publish again</span>`, '–'];
    const { state, badge } = verdict(summary);
    return [
      link,
      formatCount(summary.sums.yellow),
      formatCount(summary.channels),
      html`<span class="badge ${state}">${badge}</span>
        ${summary.removed === undefined ? '' : html`<span class="badge wait">chat removed</span>`}`,
      formatTime(summary.publishedAt),
    ];
  });
  const body = html`
    <h1>Twitch chat, day by day</h1>
    <section class="panel"><div class="scroll">${table(COLUMNS, rows, 'No day has been published yet.')}</div></section>
    ${
      notebooks.length === 0
        ? html``
        : html`<h2>Notebooks</h2>
            ${notebookList(notebooks)}`
    }
  `;
  return layout({ title: 'Chatlake', assets, charts: false, body });
}
