import { type Chart, plainLabel } from './chart.ts';

/** A ranking: one lying bar a row, the largest on top. Rows come largest first. */
export function barsChart(rows: { label: string; value: number }[], unit: string): Chart {
  return {
    data: [
      {
        type: 'bar',
        orientation: 'h',
        y: rows.map((row) => plainLabel(row.label)),
        x: rows.map((row) => row.value),
        hovertemplate: `%{y}: %{x} ${unit}<extra></extra>`,
      },
    ],
    layout: {
      showlegend: false,
      xaxis: { title: { text: unit }, rangemode: 'tozero' },
      yaxis: { autorange: 'reversed', type: 'category', automargin: true },
    },
  };
}
