import type { DaySummary } from '../day-summary.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';

const CLASS = 'removed';

/** Says that what people wrote on the day was removed. */
export function removedNote({ removed }: DaySummary, isMadeAfterwards: boolean): Html {
  if (removed === undefined) return html``;
  const afterwards = isMadeAfterwards
    ? ' This page was made afterwards: its charts and its table of channels count no messages.'
    : '';
  return html`<p class="verdict wait ${CLASS}">
    What people wrote on this day was removed on ${removed.at.slice(0, 10)}, after ${removed.afterDays}
    days.${afterwards}
  </p>`;
}

/** Adds the note to a page that was made before, below its heading, once. */
export function withRemovedNote(page: string, summary: DaySummary): string {
  if (page.includes(`<p class="verdict wait ${CLASS}">`)) return page;
  return page.replace('</h1>', () => `</h1>${removedNote(summary, false).markup}`);
}
