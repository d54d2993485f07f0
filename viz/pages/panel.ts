import type { Locale } from '../locale.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';

export const panel = (title: string, content: Html): Html =>
  html`<section class="panel">
    <h2>${title}</h2>
    ${content}
  </section>`;

/** The place of a chart. The page's script draws it from the JSON block `charts`. */
export const chartPlace = (name: string, title: string, { text }: Locale): Html =>
  html`<div class="chart" data-chart="${name}" role="img" aria-label="${title}" data-empty="${text('chart.empty')}">
    <p class="empty">${text('chart.needsScript')}</p>
  </div>`;

/** A chart without its rows. */
export const chartPanel = (name: string, title: string, locale: Locale): Html =>
  html`<section class="panel whole">
    <h2>${title}</h2>
    ${chartPlace(name, title, locale)}
  </section>`;
