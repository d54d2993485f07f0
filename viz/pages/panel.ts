import type { Chart } from '../charts/chart.ts';
import type { Locale } from '../locale.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';

export const panel = (title: string, content: Html): Html =>
  html`<section class="panel">
    <h2>${title}</h2>
    ${content}
  </section>`;

/** The place of a chart. The page's script draws it from the JSON block `charts`. */
export const chartPanel = (name: string, title: string, width: Chart['width'], { text }: Locale): Html =>
  html`<section class="panel ${width}">
    <h2>${title}</h2>
    <div class="chart" data-chart="${name}" data-empty="${text('chart.empty')}">
      <p class="empty">${text('chart.needsScript')}</p>
    </div>
  </section>`;
