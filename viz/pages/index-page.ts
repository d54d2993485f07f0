import type { DaySummary } from '../../activities/report/summary.ts';
import type { AssetUrls } from './asset-urls.ts';
import { formatCount, formatTime } from './format.ts';
import { html } from './html.ts';
import { layout } from './layout.ts';
import { verdict } from './quality.ts';

const STATES = { good: 'sums agree', wait: 'counts to come', bad: 'sums differ' };

/** The list of all days, newest first. */
export function indexPage(summaries: DaySummary[], assets: AssetUrls): string {
  const rows = summaries.map((summary) => {
    const { state } = verdict(summary);
    return html`<tr>
      <td><a href="/${summary.day}/">${summary.day}</a></td>
      <td class="number">${formatCount(summary.sums.yellow)}</td>
      <td class="number">${formatCount(summary.channels)}</td>
      <td><span class="badge ${state}">${STATES[state]}</span></td>
      <td>${formatTime(summary.publishedAt)}</td>
    </tr>`;
  });
  const body = html`
    <h1>Twitch chat, day by day</h1>
    <section class="panel">
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th>Day</th>
              <th class="number">Messages</th>
              <th class="number">Channels</th>
              <th>Sums</th>
              <th>Published</th>
            </tr>
          </thead>
          <tbody>
            ${rows}
          </tbody>
        </table>
      </div>
    </section>
  `;
  return layout({ title: 'Chatlake', assets, charts: false, body });
}
