import type { DaySummary } from '../../activities/report/summary.ts';
import type { AssetUrls } from './asset-urls.ts';
import { formatCount, formatTime } from './format.ts';
import { html } from './html.ts';
import { layout } from './layout.ts';
import { verdict } from './quality.ts';
import { type Column, table } from './table.ts';

const COLUMNS: Column[] = [
  { name: 'Day' },
  { name: 'Messages', kind: 'number' },
  { name: 'Channels', kind: 'number' },
  { name: 'Sums' },
  { name: 'Published' },
];

/** The list of all days, newest first. */
export function indexPage(summaries: DaySummary[], assets: AssetUrls): string {
  const rows = summaries.map((summary) => {
    const { state, badge } = verdict(summary);
    return [
      html`<a href="/${summary.day}/">${summary.day}</a>`,
      formatCount(summary.sums.yellow),
      formatCount(summary.channels),
      html`<span class="badge ${state}">${badge}</span>`,
      formatTime(summary.publishedAt),
    ];
  });
  const body = html`
    <h1>Twitch chat, day by day</h1>
    <section class="panel"><div class="scroll">${table(COLUMNS, rows, 'No day has been published yet.')}</div></section>
  `;
  return layout({ title: 'Chatlake', assets, charts: false, body });
}
