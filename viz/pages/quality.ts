import type { CollectorSums, DaySummary, SummaryGap } from '../day-summary.ts';
import type { Locale } from '../locale.ts';
import type { WordKey } from '../words.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { scrolling, table } from './table.ts';
import type { Column } from './table.ts';
import { linesIn, verdict } from './verdict.ts';

const NUMBERS: readonly WordKey[] = [
  'column.received',
  'column.acknowledged',
  'column.stored',
  'column.new',
  'column.notCounted',
  'column.distinct',
  'column.losses',
];

const columnsIn = (text: Locale['text']): Column[] => [
  { name: text('column.collector') },
  ...NUMBERS.map((key) => ({ name: text(key), kind: 'number' }) as const),
];

/** The data-quality panel: the verdict, the sums per collector, and how recent the data is. */
export function qualityPanel(summary: DaySummary, locale: Locale): Html {
  const { text } = locale;
  const { state, sentence } = verdict(summary, locale);
  const rows = summary.collectors.map((it) => collectorRow(it, locale));
  return html`<section id="quality" class="panel">
    <h2>${text('quality.title')}</h2>
    <p class="verdict ${state}">${sentence}</p>
    <p>${sumsLine(summary, locale)}</p>
    ${gapList(summary.gaps, locale)}
    ${scrolling(text('quality.title'), table(columnsIn(text), rows, text('quality.noCollector')))}
  </section>`;
}

const WHY: Readonly<Record<SummaryGap['reason'], WordKey>> = { lost: 'gaps.lost', missing: 'gaps.missing' };

function gapList(gaps: SummaryGap[], { say, text, time }: Locale): Html {
  if (gaps.length === 0) return html``;
  const items = gaps.map((gap) => {
    const hour = time(`${gap.hour}:00:00Z`, 'zone');
    const where = say('gaps.item', { ...gap, hour, lines: linesIn(gap), partition: String(gap.partition) });
    return html`<li>${where} ${text(WHY[gap.reason])}</li>`;
  });
  return html`<p>${text('gaps.list')}</p>
    <ul>
      ${items}
    </ul>`;
}

/** What the stored messages consist of, and how recent everything is. */
function sumsLine({ sums, quarantined, ...summary }: DaySummary, { say, text, time }: Locale): Html {
  const stored = text('sums.stored', { stored: sums.red, distinct: sums.yellow, duplicates: sums.duplicates });
  const resent = sums.redTwice === 0 ? '' : ` ${text('sums.resent', { resent: sums.redTwice })}`;
  const erased = sums.erased === 0 ? '' : ` ${text('sums.erased', { erased: sums.erased })}`;
  const unread = quarantined === 0 ? '' : ` ${text('sums.unread', { count: quarantined })}`;
  const fresh = say('sums.fresh', {
    complete: summary.completeHours,
    hours: summary.hours,
    message: time(summary.newestMessageAt, 'zone'),
    poll: time(summary.newestPollAt, 'zone'),
    published: time(summary.publishedAt, 'zone'),
  });
  return html`${stored}${resent}${erased}.${unread} ${fresh}`;
}

function collectorRow(it: CollectorSums, { say, count, time }: Locale): (string | Html)[] {
  const since = it.silentSince ? say('sums.silentSince', { at: time(it.silentSince, 'zone') }) : undefined;
  const silent = since === undefined ? html`` : html` <span class="badge wait">${since}</span>`;
  const numbers = [it.received, it.acknowledged, it.red, it.redNew, it.redUntold, it.yellow, it.losses];
  return [html`${it.collector}${silent}`, ...numbers.map(count)];
}
