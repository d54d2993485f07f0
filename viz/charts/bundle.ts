import type { Figure } from './chart.ts';

/** The types of traces in the package `plotly.js-cartesian-dist-min`. A test compares the list with the package. */
export const CARTESIAN_TYPES: ReadonlySet<string> = new Set([
  'bar',
  'box',
  'contour',
  'heatmap',
  'histogram',
  'histogram2d',
  'histogram2dcontour',
  'image',
  'pie',
  'scatter',
  'scatterternary',
  'violin',
]);

/** Whether charts have a type that only the whole of plotly.js draws, which is three times as large. */
export const needsAllOfPlotly = (figures: Readonly<Record<string, Figure>> = {}): boolean =>
  Object.values(figures).some(({ data }) =>
    data.some(({ type = 'scatter' }) => typeof type !== 'string' || !CARTESIAN_TYPES.has(type)),
  );
