import type { DayData } from '../day-data.ts';
import { barsChart } from './bars.ts';
import type { Chart } from './chart.ts';

/** The ten categories with the most viewers, on average over the day's polls. */
export function categoriesChart(rows: DayData['categories']): Chart {
  return barsChart(
    rows.map((row) => ({ label: row.category, value: row.viewers })),
    'viewers on average',
  );
}
