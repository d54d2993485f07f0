import type { Figure } from './chart.ts';
import { hoverLabel } from './labels.ts';
import { plotText } from './plot-text.ts';

interface Bar {
  label: string;
  value: number;
  /** Of a channel: see {@link Trace}. */
  place?: number;
}

/** Horizontal bar chart. Rows must be sorted, largest first. The page shortens long labels; the tooltip shows them in full. */
export function bars(rows: Bar[], unit: string): Figure {
  const positions = rows.map((_row, index) => index);
  return {
    data: [
      {
        type: 'bar',
        orientation: 'h',
        ...(rows[0]?.place === undefined ? {} : { place: rows.map(({ place }) => place ?? null) }),
        y: positions,
        x: rows.map((row) => row.value),
        customdata: rows.map((row) => hoverLabel(row.label)),
        hovertemplate: `%{customdata}: %{x:,} ${unit}<extra></extra>`,
      },
    ],
    layout: {
      showlegend: false,
      xaxis: { title: { text: unit }, rangemode: 'tozero' },
      yaxis: {
        autorange: 'reversed',
        tickvals: positions,
        ticktext: rows.map((row) => plotText(row.label)),
        ticklen: 4,
        showgrid: false,
        zeroline: false,
      },
    },
  };
}
