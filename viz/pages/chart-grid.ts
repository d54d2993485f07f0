import type { Chart, Figure } from '../charts/chart.ts';
import { chartFigure } from './chart-figure.ts';
import type { Edition } from './edition.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import type { Place } from './place.ts';

type Rows = Readonly<Record<string, unknown>>[];

/** All charts of a page in order, and their figures, which `layout` takes. A page has one. */
export function chartGrid(
  charts: Readonly<Record<string, Chart>>,
  rows: Readonly<Record<string, Rows>>,
  edition: Edition,
  place: Place,
): { grid: Html; figures: Record<string, Figure> } {
  const figures: Record<string, Figure> = {};
  const panels = Object.entries(charts).map(([name, chart]) => {
    const ofChart = rows[name] ?? [];
    figures[name] = chart.draw(ofChart, edition.locale);
    return chartFigure({ name, chart, rows: ofChart }, edition, place);
  });
  return { grid: html`<div class="charts">${panels}</div>`, figures };
}
