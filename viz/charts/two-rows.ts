import type { Locale } from '../locale.ts';

/** Between the two rows, as a share of the height. */
const SPACE = 0.08;

/**
 * The axes of a chart with messages above and viewers below, over the same time.
 * @param above the title of the upper axis, its highest value, and its lower end as a share of the height
 */
export const twoRows = (
  { text }: Locale,
  above: { title: string; most: number; from: number },
): Record<string, unknown> => ({
  yaxis: {
    title: { text: above.title, standoff: 12 },
    domain: [above.from, 1],
    tickformat: ',',
    range: [0, above.most],
    fixedrange: true,
  },
  yaxis2: {
    title: { text: text('unit.viewers'), standoff: 12 },
    domain: [0, Math.round(100 * (above.from - SPACE)) / 100],
    tickformat: ',',
    rangemode: 'tozero',
    nticks: 3,
    fixedrange: true,
  },
});
