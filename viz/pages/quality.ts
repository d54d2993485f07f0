import type { CollectorSums, DaySummary } from '../day-summary.ts';
import { formatClock, formatCount, formatTime } from './format.ts';
import { type Html, html } from './html.ts';
import { type Column, table } from './table.ts';

interface Verdict {
  state: 'good' | 'wait' | 'bad';
  /** Two or three words. */
  badge: string;
  sentence: string;
}

/** What the sums say, in a few sentences, and whether it is good news. Claims no more than was counted. */
export function verdict(summary: DaySummary): Verdict {
  const { state, badge, sentence } = sumsVerdict(summary);
  const { losses } = summary.sums;
  const all = losses > 0 ? `${sentence} Rooms were lost ${times(losses)}, as listed.` : sentence;
  if (summary.troubles.length === 0) return { state, badge, sentence: all };
  const troubles = `The pipeline was in trouble at ${formatClock(summary.publishedAt)}. ${summary.troubles.join(' ')}`;
  return { state: 'bad', badge: 'in trouble', sentence: `${troubles} ${all}` };
}

function sumsVerdict({ sums, collectors, hours }: DaySummary): Verdict {
  const counts = [sums.received, sums.acknowledged, sums.red - sums.redUntold - sums.redNew].map(formatCount);
  const [received = '', acknowledged = '', red = ''] = counts;
  const soFar = `${received} received, ${acknowledged} acknowledged, ${red} in red`;
  const allToldInRed = sums.received === 0 ? '' : ` All ${received} messages that were counted are in red.`;
  if (sums.windowsOff > 0) {
    const sentence = `In ${windows(sums.windowsOff)} red has fewer messages than were received: ${soFar}. Run loadStatus, as the README says: where the loader lags, this passes; where it does not, messages are missing.`;
    return { state: 'bad', badge: 'messages missing', sentence };
  }
  const silence = silenceOf(collectors);
  if (silence !== undefined) {
    const sentence = `${silence}${sums.windowsPending > 0 ? '' : allToldInRed}`;
    return { state: 'wait', badge: 'fell silent', sentence };
  }
  if (sums.windowsPending > 0) {
    const sentence = `${soFar}: the newest lines are still on their way. All older ones are in red.`;
    return { state: 'wait', badge: 'counts to come', sentence };
  }
  if (sums.redUntold > 0) {
    const sentence = `Of ${formatCount(sums.redUntold)} messages in red no collector has told its own count: it died, or it waits for Kafka.${allToldInRed}`;
    return { state: 'wait', badge: 'not all told', sentence };
  }
  if (sums.received === 0 && sums.redNew === 0) {
    const sentence = hours === 0 ? 'This day is empty: nothing of it is stored.' : 'No message was received.';
    return { state: 'wait', badge: 'nothing heard', sentence };
  }
  const all = `All ${received} messages that were received are in red.`;
  const newest = sums.redNew > 0 ? ` The newest ${formatCount(sums.redNew)} are still being counted.` : '';
  return { state: 'good', badge: 'sums agree', sentence: `${all}${newest}` };
}

/** The collectors that had rooms joined and told nothing more, though never that they ended. */
function silenceOf(collectors: CollectorSums[]): string | undefined {
  const silent = collectors.flatMap(({ collector, silentSince }) => (silentSince ? [{ collector, silentSince }] : []));
  const [first, ...others] = silent.sort((a, b) => (a.silentSince < b.silentSince ? -1 : 1));
  if (first === undefined) return undefined;
  const at = formatClock(first.silentSince);
  return others.length === 0
    ? `Collector ${first.collector} fell silent at ${at}: what it heard after that may be lost.`
    : `${silent.length} collectors fell silent, the first at ${at}: what they heard after that may be lost.`;
}

const twice = (count: number): string =>
  count === 0 ? '' : `, of these ${formatCount(count)} because an answer of Kafka was lost and they were sent again`;

const times = (count: number): string => (count === 1 ? 'once' : `${formatCount(count)} times`);

const windows = (count: number): string =>
  count === 1 ? 'one window of ten seconds' : `${formatCount(count)} windows of ten seconds`;

const COLUMNS: Column[] = [
  { name: 'Collector' },
  ...['Received', 'Acknowledged', 'In red', 'of these new', 'untold', 'In yellow', 'Rooms lost'].map(
    (name) => ({ name, kind: 'number' }) as const,
  ),
];

/** The data-quality panel: the verdict, the sums per collector, and how fresh it all is. */
export function qualityPanel(summary: DaySummary): Html {
  const { state, sentence } = verdict(summary);
  const { sums } = summary;
  return html`<section id="quality" class="panel">
    <h2>Data quality</h2>
    <p class="verdict ${state}">${sentence}</p>
    <p>
      ${formatCount(sums.red)} messages in red = ${formatCount(sums.yellow)} in yellow, one per id, +
      ${formatCount(sums.duplicates)} repeated${twice(sums.redTwice)}. ${summary.completeHours} of ${summary.hours}
      hours are complete. Newest message ${formatTime(summary.newestMessageAt)}, newest poll
      ${formatTime(summary.newestPollAt)}, published ${formatTime(summary.publishedAt)}.
    </p>
    <div class="scroll">
      ${table(COLUMNS, summary.collectors.map(collectorRow), 'No collector has told anything yet.')}
    </div>
  </section>`;
}

function collectorRow(it: CollectorSums): (string | Html)[] {
  const silent = it.silentSince
    ? html` <span class="badge wait">silent since ${formatClock(it.silentSince)}</span>`
    : html``;
  const numbers = [it.received, it.acknowledged, it.red, it.redNew, it.redUntold, it.yellow, it.losses];
  return [html`${it.collector}${silent}`, ...numbers.map(formatCount)];
}
