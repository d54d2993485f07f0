import { categoriesChart } from '../charts/categories.ts';
import { channelsChart } from '../charts/channels.ts';
import { messagesChart } from '../charts/messages.ts';
import { viewersChart } from '../charts/viewers.ts';
import type { DayData } from '../day-data.ts';
import type { AssetUrls } from './asset-urls.ts';
import { formatClock, formatCount } from './format.ts';
import { type Html, html, jsonBlock } from './html.ts';
import { layout } from './layout.ts';
import { qualityPanel, verdict } from './quality.ts';
import { type Column, table } from './table.ts';

const CHANNELS_SHOWN = 50;

/** The report of one day: figures, four charts, the channels, what was listened to, and the sums. */
export function dayPage(data: DayData, assets: AssetUrls): string {
  const { summary } = data;
  const { state, sentence } = verdict(summary);
  const body = html`
    <h1>Twitch chat on ${summary.day}</h1>
    <p class="verdict ${state}">${sentence} <a href="#quality">Details</a></p>
    <dl class="figures">
      ${figure('Messages', formatCount(summary.sums.yellow))} ${figure('Channels', formatCount(summary.channels))}
      ${figure('Busiest channel', data.channels[0]?.name ?? '–')}
      ${figure('Newest message', formatClock(summary.newestMessageAt))}
    </dl>
    ${chartPanel('messages', 'Messages per minute')} ${chartPanel('viewers', 'Viewers')}
    <div class="pair">${chartPanel('channels', 'Top channels')} ${chartPanel('categories', 'Top categories')}</div>
    ${channelsPanel(data.channels)} ${coveragePanel(data.coverage)} ${qualityPanel(summary)}
    ${jsonBlock('charts', {
      messages: messagesChart(data.messagesPerMinute),
      viewers: viewersChart(data.viewers),
      channels: channelsChart(data.channels),
      categories: categoriesChart(data.categories),
    })}
  `;
  return layout({ title: `Twitch chat on ${summary.day} · Chatlake`, assets, charts: true, body });
}

const figure = (name: string, value: string): Html =>
  html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;

const chartPanel = (id: string, title: string): Html =>
  html`<section class="panel">
    <h2>${title}</h2>
    <div class="chart" data-chart="${id}"><p class="empty">Drawing needs JavaScript; the tables below do not.</p></div>
  </section>`;

const CHANNEL_COLUMNS: Column[] = [
  { name: 'Channel' },
  { name: 'Category' },
  { name: 'Title', kind: 'wide' },
  { name: 'Messages', kind: 'number' },
  { name: 'People', kind: 'number' },
  { name: 'Most viewers', kind: 'number' },
];

function channelsPanel(channels: DayData['channels']): Html {
  const rows = channels
    .slice(0, CHANNELS_SHOWN)
    .map((it) => [it.name, it.category, it.title, ...[it.messages, it.chatters, it.viewers].map(formatCount)]);
  return html`<section class="panel">
    <h2>Channels</h2>
    <div class="scroll">${table(CHANNEL_COLUMNS, rows, 'No channel was live or written in.')}</div>
  </section>`;
}

const COVERAGE_COLUMNS: Column[] = [
  { name: 'Time', kind: 'time' },
  { name: 'Channel' },
  { name: 'Room' },
  { name: 'Why' },
  { name: 'Collector', kind: 'wide' },
];
const KINDS = new Map<string, string | Html>([
  ['join', 'joined'],
  ['loss', html`<span class="badge wait">lost</span>`],
  ['end', 'left'],
]);
/** Temporal's reasons for the end of an activity, as people say it. */
const REASONS = new Map([
  ['CANCELLED', 'the chat was cancelled'],
  ['login-refused', 'the login was refused'],
  ['msg_banned', 'banned from the room'],
  ['msg_channel_suspended', 'the channel is suspended'],
  ['WORKER_SHUTDOWN', 'the collector was stopped'],
]);

function coveragePanel(coverage: DayData['coverage']): Html {
  const rows = coverage.map((it) => [
    formatClock(it.at),
    it.login,
    KINDS.get(it.kind) ?? it.kind,
    REASONS.get(it.reason) ?? it.reason,
    it.collector,
  ]);
  const total = coverage[0]?.total ?? 0;
  const shown = total > rows.length ? ` ${formatCount(rows.length)} of ${formatCount(total)} records are shown.` : '';
  return html`<section class="panel">
    <h2>When channels were listened to</h2>
    <p class="note">Losses first, then the newest.${shown}</p>
    <div class="scroll tall">${table(COVERAGE_COLUMNS, rows, 'Nothing is known yet.')}</div>
  </section>`;
}
