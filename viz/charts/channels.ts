import type { DayData } from '../day-data.ts';
import { barsChart } from './bars.ts';
import type { Chart } from './chart.ts';

/** The ten channels with the most messages. */
export function channelsChart(rows: DayData['channels']): Chart {
  const written = rows.filter((row) => row.messages > 0).slice(0, 10);
  return barsChart(
    written.map((row) => ({ label: row.login, value: row.messages })),
    'messages',
  );
}
