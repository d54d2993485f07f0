import type { CollectorSums, DaySummary, SummaryGap } from '../day-summary.ts';
import { formatClock, formatCount, formatTime } from './format.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { table } from './table.ts';
import type { Column } from './table.ts';

interface Verdict {
  state: 'good' | 'wait' | 'bad';
  /** Two or three words. */
  badge: string;
  sentence: string;
}

/** Summarizes the sums in a few sentences, and rates them. Claims no more than was counted. */
export function verdict(summary: DaySummary): Verdict {
  const { state, badge, sentence } = sumsVerdict(summary);
  const { losses } = summary.sums;
  const all = losses > 0 ? `${sentence} Rooms were lost ${times(losses)}: see the list.` : sentence;
  if (summary.troubles.length === 0) {
    if (summary.gaps.length === 0) return { state, badge, sentence: all };
    return { state: 'bad', badge: 'lines missing', sentence: `${gapsText(summary.gaps)} ${all}` };
  }
  const troubles = `The pipeline reported trouble at ${formatClock(summary.publishedAt)}. ${summary.troubles.join(' ')}`;
  return { state: 'bad', badge: 'in trouble', sentence: `${troubles} ${all}` };
}

function sumsVerdict({ sums, collectors, hours }: DaySummary): Verdict {
  const counts = [sums.received, sums.acknowledged, sums.red - sums.redUntold - sums.redNew].map(formatCount);
  const [received = '', acknowledged = '', red = ''] = counts;
  const soFar = `${received} received, ${acknowledged} acknowledged by Kafka, ${red} stored`;
  const allCountedStored = sums.received === 0 ? '' : ` All ${received} counted messages are stored.`;
  if (sums.windowsOff > 0) {
    const sentence = `In ${windows(sums.windowsOff)}, fewer messages are stored than were received (in total ${soFar}). Run loadStatus (see the README): if the loader lags, they are still being loaded; if not, messages are missing.`;
    return { state: 'bad', badge: 'messages missing', sentence };
  }
  const silence = silenceOf(collectors);
  if (silence !== undefined) {
    const sentence = `${silence}${sums.windowsPending > 0 ? '' : allCountedStored}`;
    return { state: 'wait', badge: 'fell silent', sentence };
  }
  if (sums.windowsPending > 0) {
    const sentence = `${soFar}. The newest messages are still being loaded; all older ones are stored.`;
    return { state: 'wait', badge: 'newest pending', sentence };
  }
  if (sums.redUntold > 0) {
    const sentence = `${formatCount(sums.redUntold)} stored messages have no collector count: their collector crashed, or it is waiting for Kafka.${allCountedStored}`;
    return { state: 'wait', badge: 'counts missing', sentence };
  }
  if (sums.received === 0 && sums.redNew === 0) {
    const sentence = hours === 0 ? 'This day is empty: no data is stored for it.' : 'No message was received.';
    return { state: 'wait', badge: 'no messages', sentence };
  }
  const all = `All ${received} received messages are stored.`;
  const newest = sums.redNew > 0 ? ` The newest ${formatCount(sums.redNew)} are still being counted.` : '';
  return { state: 'good', badge: 'sums agree', sentence: `${all}${newest}` };
}

/** Names collectors that had rooms joined and stopped reporting without an end. */
function silenceOf(collectors: CollectorSums[]): string | undefined {
  const silent = collectors.flatMap(({ collector, silentSince }) => (silentSince ? [{ collector, silentSince }] : []));
  const [first, ...others] = silent.sort((a, b) => (a.silentSince < b.silentSince ? -1 : 1));
  if (first === undefined) return undefined;
  const at = formatClock(first.silentSince);
  return others.length === 0
    ? `Collector ${first.collector} fell silent at ${at}. Messages that it received after that may be lost.`
    : `${silent.length} collectors fell silent, the first at ${at}. Messages that they received after that may be lost.`;
}

const resent = (count: number): string =>
  count === 0 ? '' : ` (${formatCount(count)} of them sent again because an answer from Kafka was lost)`;

const unread = (count: number): string =>
  count === 0
    ? ''
    : ` ${formatCount(count)} other ${count === 1 ? 'line' : 'lines'} could not be read (table quarantine).`;

const erased = (count: number): string =>
  count === 0 ? '' : ` + ${formatCount(count)} of users who opted out, without their text`;

const times = (count: number): string => (count === 1 ? 'once' : `${formatCount(count)} times`);

const windows = (count: number): string =>
  count === 1 ? 'one window of ten seconds' : `${formatCount(count)} windows of ten seconds`;

const COLUMNS: Column[] = [
  { name: 'Collector' },
  ...['Received', 'Acknowledged', 'Stored', 'Of these new', 'Not counted', 'Without duplicates', 'Rooms lost'].map(
    (name) => ({ name, kind: 'number' }) as const,
  ),
];

/** The data-quality panel: the verdict, the sums per collector, and how recent the data is. */
export function qualityPanel(summary: DaySummary): Html {
  const { state, sentence } = verdict(summary);
  return html`<section id="quality" class="panel">
    <h2>Data quality</h2>
    <p class="verdict ${state}">${sentence}</p>
    <p>${sumsLine(summary)}</p>
    ${gapList(summary.gaps)}
    <div class="scroll">${table(COLUMNS, summary.collectors.map(collectorRow), 'No collector has reported yet.')}</div>
  </section>`;
}

const linesIn = ({ from, to }: SummaryGap): number => Number(BigInt(to) - BigInt(from));

/** `1,200 lines of chat are missing between 12:00 and 14:00.` */
function gapsText(gaps: SummaryGap[]): string {
  const lines = gaps.reduce((sum, gap) => sum + linesIn(gap), 0);
  const hours = [...new Set(gaps.map(({ hour }) => `${hour.slice(-2)}:00`))].sort();
  return `${formatCount(lines)} ${lines === 1 ? 'line' : 'lines'} of the ${hours.length === 1 ? 'hour' : 'hours'} from ${hours.join(', ')} on ${lines === 1 ? 'is' : 'are'} not stored.`;
}

const WHY: Readonly<Record<SummaryGap['reason'], string>> = {
  lost: 'They are lost: Kafka removed them before they were loaded, or their file was given up.',
  missing: 'Their file is missing. When it is back, the hour is made again.',
};

function gapList(gaps: SummaryGap[]): Html {
  if (gaps.length === 0) return html``;
  const items = gaps.map(
    (gap) =>
      html`<li>
        ${gap.hour}: ${formatCount(linesIn(gap))} of ${gap.table} (partition ${gap.partition}, offsets ${gap.from} up to
        ${gap.to}). ${WHY[gap.reason]}
      </li>`,
  );
  return html`<p>Lines that are not stored:</p>
    <ul>
      ${items}
    </ul>`;
}

/** What the stored messages consist of, and how recent everything is. */
function sumsLine({ sums, ...summary }: DaySummary): string {
  const parts = [
    `${formatCount(sums.red)} stored messages = ${formatCount(sums.yellow)} with distinct ids`,
    ` + ${formatCount(sums.duplicates)} duplicates${resent(sums.redTwice)}${erased(sums.erased)}.${unread(summary.quarantined)}`,
    ` ${summary.completeHours} of ${summary.hours} hours are complete. Newest message ${formatTime(summary.newestMessageAt)},`,
    ` newest poll ${formatTime(summary.newestPollAt)}, published ${formatTime(summary.publishedAt)}.`,
  ];
  return parts.join('');
}

function collectorRow(it: CollectorSums): (string | Html)[] {
  const silent = it.silentSince
    ? html` <span class="badge wait">silent since ${formatClock(it.silentSince)}</span>`
    : html``;
  const numbers = [it.received, it.acknowledged, it.red, it.redNew, it.redUntold, it.yellow, it.losses];
  return [html`${it.collector}${silent}`, ...numbers.map(formatCount)];
}
