import { CHARTS } from '../charts/index.ts';
import type { Chart, Figure } from '../charts/chart.ts';
import type { DayData } from '../day-data.ts';
import { TABLES } from '../tables/index.ts';
import type { DayTable } from '../tables/table.ts';
import type { AssetUrls } from './asset-urls.ts';
import { formatClock, formatCount } from './format.ts';
import { html, jsonBlock } from './html.ts';
import type { Html } from './html.ts';
import { layout } from './layout.ts';
import { chartPanel, panel } from './panel.ts';
import { qualityPanel, verdict } from './quality.ts';
import { removedNote } from './removed-note.ts';

/** The report of one day: key figures, charts, tables, and data quality. */
export function dayPage({ summary, rows }: DayData, assets: AssetUrls): string {
  const { state, sentence } = verdict(summary);
  const charts: [string, Chart][] = Object.entries(CHARTS);
  const tables: [string, DayTable][] = Object.entries(TABLES);
  const rowsOf = (name: string): Record<string, unknown>[] => rows[name as keyof typeof rows];
  const figures: Record<string, Figure> = {};
  for (const [name, { draw }] of charts) figures[name] = draw(rowsOf(name));
  const body = html`
    <h1>Twitch chat on ${summary.day}</h1>
    ${removedNote(summary, true)}
    <p class="verdict ${state}">${sentence} <a href="#quality">Details</a></p>
    <dl class="figures">
      ${fact('Messages', formatCount(summary.sums.yellow))} ${fact('Channels', formatCount(summary.channels))}
      ${fact('Busiest channel', (summary.removed === undefined ? rows.channels[0]?.name : undefined) ?? '–')}
      ${fact('Newest message', formatClock(summary.newestMessageAt))}
    </dl>
    <div class="charts">${charts.map(([name, { title, width }]) => chartPanel(name, title, width))}</div>
    ${tables.map(([name, { title, draw }]) => panel(title, draw(rowsOf(name))))} ${qualityPanel(summary)}
    ${jsonBlock('charts', figures)}
  `;
  return layout({ title: `Twitch chat on ${summary.day} · Chatlake`, assets, charts: true, body });
}

const fact = (name: string, value: string): Html =>
  html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;
