import type { DayData } from '../day-data.ts';
import { type Chart, groupBy, shortLabel } from './chart.ts';

/** Viewers over time, one line a channel with a mark at each poll, so that a channel seen once is seen. */
export function viewersChart(rows: DayData['viewers']): Chart {
  const data = [...groupBy(rows, (row) => row.login)].map(([login, points]) => ({
    type: 'scatter',
    mode: 'lines+markers',
    marker: { size: 4 },
    name: shortLabel(login),
    x: points.map((point) => point.at),
    y: points.map((point) => point.viewers),
    hovertemplate: '%{y} viewers<extra>%{fullData.name}</extra>',
  }));
  return {
    data,
    layout: {
      hovermode: 'x unified',
      xaxis: { type: 'date' },
      yaxis: { title: { text: 'viewers' }, rangemode: 'tozero' },
    },
  };
}
