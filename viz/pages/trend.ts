import type { Locale } from '../locale.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';

/**
 * How a number has changed since the seven days before: `▲ 12 %`.
 * @param before undefined if there was nothing to compare with
 */
export function trend(now: number, before: number | null, { text, count }: Locale): Html {
  if (before === null) return html`–`;
  if (before === 0) return now === 0 ? html`–` : html`<span class="rise">${text('trend.new')}</span>`;
  const percent = Math.round((now / before - 1) * 100);
  if (percent === 0) return html`${text('trend.same')}`;
  return percent > 0
    ? html`<span class="rise">▲ ${text('trend.percent', { percent: count(percent) })}</span>`
    : html`<span class="fall">▼ ${text('trend.percent', { percent: count(-percent) })}</span>`;
}
