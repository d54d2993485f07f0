import type { Page } from 'playwright-core';
import { isTrueSoon } from './until.ts';

/** Where plotly.js draws traces of a type. */
const LAYERS: Readonly<Record<string, string>> = {
  bar: '.barlayer .trace',
  box: '.boxlayer .trace',
  heatmap: '.heatmaplayer .hm',
  histogram: '.barlayer .trace',
  pie: '.pielayer .trace',
  scatter: '.scatterlayer .trace',
  treemap: '.treemaplayer .trace',
};

/** A chart as the page shows it. */
interface Drawing {
  name: string;
  /** The types of the traces of its figure that have values, in order of the alphabet. */
  wanted: string[];
  /** The types of which there are traces in the drawing. */
  drawn: string[];
  /** Lines, bars, points and cells. */
  marks: number;
  /** What it says instead of a drawing. */
  says: string;
}

const READ = `(() => {
  const layers = ${JSON.stringify(LAYERS)};
  const figures = JSON.parse(document.getElementById('charts')?.textContent ?? '{}');
  const hasValues = ({ x, visible }) => visible !== false && visible !== 'legendonly' && !(Array.isArray(x) && x.length === 0);
  return [...document.querySelectorAll('[data-chart]')].map((place) => {
    const name = place.dataset.chart;
    const wanted = [...new Set((figures[name]?.data ?? []).filter(hasValues).map(({ type = 'scatter' }) => type))].sort();
    const drawing = place.querySelector('.main-svg');
    const has = (type) => drawing?.querySelector(layers[type] ?? 'unknown') != null;
    return {
      name,
      wanted,
      drawn: wanted.filter(has),
      marks: drawing?.querySelectorAll('.js-line, .js-fill, .point, .box, .hm image, .slice').length ?? 0,
      says: place.querySelector('.empty')?.textContent.trim() === place.dataset.empty ? place.dataset.empty : '',
    };
  });
})()`;

const IS_DRAWN = `[...document.querySelectorAll('[data-chart]')].every((place) =>
  place.querySelector('.main-svg') !== null || place.querySelector('.empty')?.textContent.trim() === place.dataset.empty)`;

/** Waits until the charts are drawn. @returns what is wrong with them, by chart; undefined if nothing */
export async function faultsOfCharts(page: Page): Promise<string | undefined> {
  await isTrueSoon(page, IS_DRAWN);
  const drawings = await page.evaluate<Drawing[]>(READ);
  const faults = drawings.map(faultOf).filter((fault) => fault !== undefined);
  return faults.length === 0 ? undefined : faults.join('; ');
}

function faultOf({ name, wanted, drawn, marks, says }: Drawing): string | undefined {
  const unknown = wanted.filter((type) => !(type in LAYERS));
  if (unknown.length > 0) return `${name} has traces that this test does not know: ${unknown.join(', ')}`;
  if (wanted.length === 0) return says === '' ? `${name} has no rows and does not say so` : undefined;
  if (drawn.length < wanted.length)
    return `${name} has ${wanted.join(', ')} and draws ${drawn.join(', ') || 'nothing'}`;
  return marks === 0 ? `${name} is blank` : undefined;
}
