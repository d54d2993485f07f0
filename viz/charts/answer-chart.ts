import type { Figure, Trace } from './chart.ts';
import { legendLabel } from './labels.ts';

/** The kinds of charts of an answer in SQL. */
export const ANSWER_CHARTS = ['line', 'bar', 'scatter'] as const;
export type AnswerChartKind = (typeof ANSWER_CHARTS)[number];

/** A column of an answer. Its cells are texts: of numbers, of times as ISO 8601 in UTC, of JSON, or as they are. */
export interface AnswerColumn {
  name: string;
  kind: 'text' | 'time' | 'number' | 'json';
}

/** An answer in SQL. Null stands for NULL. Names of columns may come from chat, too, by PIVOT. */
export interface AnswerRows {
  columns: readonly AnswerColumn[];
  rows: readonly (readonly (string | null)[])[];
}

/** What to draw: places of columns. Those of y have numbers. */
export interface AnswerChart {
  kind: AnswerChartKind;
  x: number;
  y: readonly number[];
}

type Cell = string | null;

/** A line of few points has marks, so that one alone can be seen. */
const FEW_POINTS = 60;

/** Texts in which DuckDB prints dates and times, and days and hours of yellow. */
const DATE = /^\d{4}-\d\d-\d\d([ T]\d\d(:\d\d(:\d\d(\.\d+)?)?)?Z?)?$/;

/** An answer as a chart. Times are in UTC, as in the answer. */
export function answerChart({ columns, rows }: AnswerRows, { kind, x, y }: AnswerChart): Figure {
  const axis = axisOf(
    columns[x]?.kind,
    rows.map((row) => row[x] ?? null),
  );
  // A line leads from left to right, in whatever order the rows came.
  const order = rows.map((_row, index) => index);
  if (kind === 'line' && axis.type !== 'category') order.sort((a, b) => compare(axis.values[a], axis.values[b]));
  const nameOf = (column: number): string => legendLabel(columns[column]?.name ?? '');
  const data = y.map((column): Trace => {
    const value = kind === 'scatter' ? '%{x}: %{y:,}' : '%{y:,}';
    return {
      ...marksOf(kind, rows.length),
      name: nameOf(column),
      x: order.map((row) => axis.values[row] ?? null),
      y: order.map((row) => numberOf(rows[row]?.[column] ?? null)),
      hovertemplate: `${value}<extra>%{fullData.name}</extra>`,
    };
  });
  const [only] = y;
  return {
    data,
    layout: {
      showlegend: y.length > 1,
      hovermode: kind === 'scatter' ? 'closest' : 'x unified',
      xaxis: {
        type: axis.type,
        title: { text: `${nameOf(x)}${axis.type === 'date' ? ' (UTC)' : ''}`, standoff: 8 },
        // As many labels as fit. Long ones are turned.
        ...(axis.type === 'category' ? { nticks: 0, tickangle: 'auto', showgrid: false } : {}),
      },
      yaxis: {
        ...(y.length === 1 && only !== undefined ? { title: { text: nameOf(only) } } : {}),
        ...(kind === 'bar' ? { rangemode: 'tozero' } : {}),
      },
    },
  };
}

function marksOf(kind: AnswerChartKind, points: number): Trace {
  if (kind === 'bar') return { type: 'bar' };
  if (kind === 'scatter') return { type: 'scatter', mode: 'markers' };
  return { type: 'scatter', mode: points <= FEW_POINTS ? 'lines+markers' : 'lines' };
}

interface Axis {
  type: 'linear' | 'date' | 'category';
  values: (string | number | null)[];
}

function axisOf(kind: AnswerColumn['kind'] = 'text', cells: readonly Cell[]): Axis {
  if (kind === 'number') return { type: 'linear', values: cells.map(numberOf) };
  if (cells.every((cell) => cell === null || DATE.test(cell))) return { type: 'date', values: [...cells] };
  const labels = labelsOf(cells);
  return { type: 'category', values: cells.map((cell) => labels.get(cell) ?? '') };
}

/** One label for each text. Two texts that look the same when they are made plain and short stay two. */
function labelsOf(cells: readonly Cell[]): Map<Cell, string> {
  const labels = new Map<Cell, string>();
  const taken = new Set<string>();
  for (const cell of new Set(cells)) {
    const plain = legendLabel(cell ?? '').trim() || '–';
    let label = plain;
    for (let number = 2; taken.has(label); number += 1) label = `${plain} (${number})`;
    taken.add(label);
    labels.set(cell, label);
  }
  return labels;
}

const numberOf = (cell: Cell): number | null => (cell === null ? null : Number(cell));

function compare(a: Axis['values'][number] = null, b: Axis['values'][number] = null): number {
  if (a === b) return 0;
  return a === null || (b !== null && a < b) ? -1 : 1;
}
