import type { DaySummary } from '../day-summary.ts';
import type { Locale } from '../locale.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';

const CLASS = 'removed';

/** Says that what people wrote on the day was removed. */
export function removedNote({ removed }: DaySummary, { say, text, time }: Locale, isMadeAfterwards: boolean): Html {
  if (removed === undefined) return html``;
  const note = say('removed.note', { at: time(removed.at, 'year', 'zone'), count: removed.afterDays });
  return html`<p class="verdict wait ${CLASS}">${note} ${isMadeAfterwards ? text('removed.afterwards') : ''}</p>`;
}

/** Adds the note to a page that was made before, below its heading, once. */
export function withRemovedNote(page: string, summary: DaySummary, locale: Locale): string {
  if (page.includes(`<p class="verdict wait ${CLASS}">`)) return page;
  return page.replace('</h1>', () => `</h1>${removedNote(summary, locale, false).markup}`);
}
