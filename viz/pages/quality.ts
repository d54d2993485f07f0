import type { CollectorSums, DaySummary } from '../../activities/report/summary.ts';
import { formatCount, formatTime } from './format.ts';
import { type Html, html } from './html.ts';

/** What the sums say, in a sentence or two, and whether it is good news. */
export function verdict({ sums }: DaySummary): { state: 'good' | 'wait' | 'bad'; sentence: string } {
  const counts = [sums.received, sums.acknowledged, sums.red - sums.redUntold - sums.redNew].map(formatCount);
  const [received = '', acknowledged = '', red = ''] = counts;
  if (sums.windowsOff > 0) {
    return {
      state: 'bad',
      sentence: `The counts differ in ${windows(sums.windowsOff)} that red should have had by now: ${received} received, ${acknowledged} acknowledged, ${red} in red. Ask chat-load for its status: where it lags, this passes; where it does not, messages are missing or doubled.`,
    };
  }
  const untold = `Of ${formatCount(sums.redUntold)} messages in red no collector has told its own count: it died before.`;
  if (sums.windowsPending > 0) {
    return {
      state: 'wait',
      sentence: `${received} received, ${acknowledged} acknowledged, ${red} in red: the newest lines are still on their way. All older counts agree.`,
    };
  }
  const equal = `${received} received = ${acknowledged} acknowledged = ${red} in red.`;
  if (sums.redUntold > 0) return { state: 'wait', sentence: `${equal} ${untold}` };
  const newest = sums.redNew > 0 ? ` The newest ${formatCount(sums.redNew)} are still being counted.` : '';
  return { state: 'good', sentence: `${equal} Nothing was lost.${newest}` };
}

const windows = (count: number): string =>
  count === 1 ? 'one window of ten seconds' : `${formatCount(count)} windows of ten seconds`;

/** The data-quality panel: the verdict, the sums per collector, and how fresh it all is. */
export function qualityPanel(summary: DaySummary): Html {
  const { state, sentence } = verdict(summary);
  const { sums } = summary;
  const rows = summary.collectors.map(collectorRow);
  return html`<section id="quality" class="panel">
    <h2>Data quality</h2>
    <p class="verdict ${state}">${sentence}</p>
    <p>
      ${formatCount(sums.red)} messages in red = ${formatCount(sums.yellow)} in yellow, one per id, +
      ${formatCount(sums.duplicates)} repeated. ${summary.completeHours} of ${summary.hours} hours are complete. Newest
      message ${formatTime(summary.newestMessageAt)}, newest poll ${formatTime(summary.newestPollAt)}, published
      ${formatTime(summary.publishedAt)}.
    </p>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>Collector</th>
            <th class="number">Received</th>
            <th class="number">Acknowledged</th>
            <th class="number">In red</th>
            <th class="number">of these new</th>
            <th class="number">untold</th>
            <th class="number">In yellow</th>
            <th class="number">Rooms lost</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
  </section>`;
}

function collectorRow(it: CollectorSums): Html {
  const numbers = [it.received, it.acknowledged, it.red, it.redNew, it.redUntold, it.yellow, it.losses];
  return html`<tr>
    <td>${it.collector}</td>
    ${numbers.map((number) => html`<td class="number">${formatCount(number)}</td>`)}
  </tr>`;
}
