import type { CollectorSums, DaySummary, SummaryGap } from '../day-summary.ts';
import type { Locale } from '../locale.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';

export interface Verdict {
  state: 'good' | 'wait' | 'bad';
  /** Two or three words. */
  badge: string;
  sentence: Html;
}

/** Summarizes the sums in a few sentences, and rates them. Claims no more than was counted. */
export function verdict(summary: DaySummary, locale: Locale): Verdict {
  const { say, text, time } = locale;
  const { state, badge, sentence } = sumsVerdict(summary, locale);
  const { losses } = summary.sums;
  const all = losses > 0 ? html`${sentence} ${say('verdict.lost', { count: losses })}` : sentence;
  if (summary.troubles.length === 0) {
    if (summary.gaps.length === 0) return { state, badge, sentence: all };
    const missing = html`${gapsSentence(summary.gaps, locale)} ${all}`;
    return { state: 'bad', badge: text('verdict.linesMissing'), sentence: missing };
  }
  const troubles = html`${say('verdict.trouble', { at: time(summary.publishedAt, 'zone') })}
  ${inEnglish(summary.troubles.join(' '), locale)}`;
  return { state: 'bad', badge: text('verdict.inTrouble'), sentence: html`${troubles} ${all}` };
}

function sumsVerdict({ sums, collectors, hours }: DaySummary, locale: Locale): Verdict {
  const { say, text } = locale;
  const { received, acknowledged } = sums;
  const soFar = { received, acknowledged, stored: sums.red - sums.redUntold - sums.redNew };
  const allCountedStored = received === 0 ? html`` : say('verdict.allCountedStored', { received });
  if (sums.windowsOff > 0) {
    const sentence = say('verdict.off', { ...soFar, count: sums.windowsOff });
    return { state: 'bad', badge: text('verdict.missing'), sentence };
  }
  const silence = silenceOf(collectors, locale);
  if (silence !== undefined) {
    const sentence = sums.windowsPending > 0 ? silence : html`${silence} ${allCountedStored}`;
    return { state: 'wait', badge: text('verdict.silent'), sentence };
  }
  if (sums.windowsPending > 0)
    return { state: 'wait', badge: text('verdict.newestPending'), sentence: say('verdict.pending', soFar) };
  if (sums.redUntold > 0) {
    const sentence = html`${say('verdict.untold', { count: sums.redUntold })} ${allCountedStored}`;
    return { state: 'wait', badge: text('verdict.countsMissing'), sentence };
  }
  if (received === 0 && sums.redNew === 0) {
    const sentence = say(hours === 0 ? 'verdict.emptyDay' : 'verdict.none');
    return { state: 'wait', badge: text('verdict.noMessages'), sentence };
  }
  const all = say('verdict.allStored', { received });
  const sentence = sums.redNew > 0 ? html`${all} ${say('verdict.newestCounted', { new: sums.redNew })}` : all;
  return { state: 'good', badge: text('verdict.agree'), sentence };
}

/** Names collectors that had rooms joined and stopped reporting without an end. */
function silenceOf(collectors: CollectorSums[], { say, time }: Locale): Html | undefined {
  const silent = collectors.flatMap(({ collector, silentSince }) => (silentSince ? [{ collector, silentSince }] : []));
  const [first, ...others] = silent.sort((a, b) => (a.silentSince < b.silentSince ? -1 : 1));
  if (first === undefined) return undefined;
  const at = time(first.silentSince, 'zone');
  return others.length === 0
    ? say('verdict.silentOne', { collector: first.collector, at })
    : say('verdict.silentMany', { silent: silent.length, at });
}

export const linesIn = ({ from, to }: SummaryGap): number => Number(BigInt(to) - BigInt(from));

function gapsSentence(gaps: SummaryGap[], { say, time }: Locale): Html {
  const lines = gaps.reduce((sum, gap) => sum + linesIn(gap), 0);
  const hours = [...new Set(gaps.map(({ hour }) => hour))].sort().map((hour) => time(`${hour}:00:00Z`, 'zone'));
  return say('gaps.lines', {
    count: lines,
    hours: html`${hours.map((hour, index) => html`${index > 0 ? ', ' : ''}${hour}`)}`,
  });
}

/** A sentence of a program, which speaks English. */
const inEnglish = (sentence: string, { language }: Locale): Html =>
  language === 'en' ? html`${sentence}` : html`<span lang="en">${sentence}</span>`;
