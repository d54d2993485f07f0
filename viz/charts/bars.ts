import type { Figure } from './chart.ts';
import { plainLabel, wrapped } from './labels.ts';

/**
 * A horizontal bar chart, the largest bar on top. Rows come largest first. The page cuts long labels; the pointer shows them whole.
 */
export function bars(rows: { label: string; value: number }[], unit: string): Figure {
  const places = rows.map((_row, place) => place);
  return {
    data: [
      {
        type: 'bar',
        orientation: 'h',
        y: places,
        x: rows.map((row) => row.value),
        customdata: rows.map((row) => wrapped(plainLabel(row.label))),
        hovertemplate: `%{customdata}: %{x:,} ${unit}<extra></extra>`,
      },
    ],
    layout: {
      showlegend: false,
      xaxis: { title: { text: unit }, rangemode: 'tozero' },
      yaxis: {
        autorange: 'reversed',
        tickvals: places,
        ticktext: rows.map((row) => plainLabel(row.label)),
        ticklen: 4,
        showgrid: false,
        zeroline: false,
      },
    },
  };
}
