import { type Chart, plainLabel, wrapped } from './chart.ts';

/**
 * A ranking: one lying bar a row, the largest on top. Rows come largest first. The page cuts labels that would leave no room for the bars;
 * the whole of them is in what shows under the pointer.
 */
export function barsChart(rows: { label: string; value: number }[], unit: string): Chart {
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
