import { categoriesChart } from '../charts/categories.ts';
import { channelsChart } from '../charts/channels.ts';
import { messagesChart } from '../charts/messages.ts';
import { viewersChart } from '../charts/viewers.ts';
import type { DayData } from '../day-data.ts';
import type { AssetUrls } from './asset-urls.ts';
import { formatCount, formatTime } from './format.ts';
import { type Html, html, jsonBlock } from './html.ts';
import { layout } from './layout.ts';
import { qualityPanel, verdict } from './quality.ts';

const CHANNELS_SHOWN = 50;

/** The report of one day: figures, four charts, the channels, what was listened to, and the sums. */
export function dayPage(data: DayData, assets: AssetUrls): string {
  const { summary } = data;
  const body = html`
    <h1>Twitch chat on ${summary.day}</h1>
    <p class="verdict ${verdict(summary).state}"><a href="#quality">${verdict(summary).sentence}</a></p>
    <dl class="figures">
      ${figure('Messages', formatCount(summary.sums.yellow))} ${figure('Channels', formatCount(summary.channels))}
      ${figure('Busiest channel', data.channels[0]?.name ?? '–')}
      ${figure('Newest message', formatTime(summary.newestMessageAt).slice(-8))}
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

function channelsPanel(channels: DayData['channels']): Html {
  const rows = channels.slice(0, CHANNELS_SHOWN).map(
    (it) =>
      html`<tr>
        <td>${it.name}</td>
        <td>${it.category}</td>
        <td class="title">${it.title}</td>
        <td class="number">${formatCount(it.messages)}</td>
        <td class="number">${formatCount(it.chatters)}</td>
        <td class="number">${formatCount(it.viewers)}</td>
      </tr>`,
  );
  return html`<section class="panel">
    <h2>Channels</h2>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>Channel</th>
            <th>Category</th>
            <th class="title">Title</th>
            <th class="number">Messages</th>
            <th class="number">People</th>
            <th class="number">Most viewers</th>
          </tr>
        </thead>
        <tbody>
          ${
            rows.length > 0
              ? rows
              : html`<tr>
                  <td colspan="6">No channel was live or written in.</td>
                </tr>`
          }
        </tbody>
      </table>
    </div>
  </section>`;
}

const KINDS: Record<string, string> = { join: 'joined', loss: 'lost', end: 'left' };
/** Temporal's reasons for the end of an activity, as people say it. */
const REASONS: Record<string, string> = { CANCELLED: 'the stream ended', WORKER_SHUTDOWN: 'the collector was stopped' };

function coveragePanel(coverage: DayData['coverage']): Html {
  const rows = coverage.map(
    (it) =>
      html`<tr>
        <td class="time">${formatTime(it.at)}</td>
        <td>${it.login}</td>
        <td>${KINDS[it.kind] ?? it.kind}</td>
        <td>${REASONS[it.reason] ?? it.reason}</td>
      </tr>`,
  );
  return html`<section class="panel">
    <h2>When channels were listened to</h2>
    <div class="scroll tall">
      <table>
        <thead>
          <tr>
            <th>Time</th>
            <th>Channel</th>
            <th>Room</th>
            <th>Why</th>
          </tr>
        </thead>
        <tbody>
          ${
            rows.length > 0
              ? rows
              : html`<tr>
                  <td colspan="4">Nothing is known yet.</td>
                </tr>`
          }
        </tbody>
      </table>
    </div>
  </section>`;
}
