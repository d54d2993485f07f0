import { availableParallelism } from 'node:os';

/** One measured figure. `spread` is the minimum and maximum of all runs; `method` describes the measurement. */
export interface Figure {
  bench: string;
  figure: string;
  value: number;
  unit: string;
  spread: [number, number];
  method: string;
}

/** The median of an odd number of runs. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

/** The figure of several runs: median and spread. */
export function figureOf(runs: readonly number[], about: Omit<Figure, 'value' | 'spread'>): Figure {
  return { ...about, value: median(runs), spread: [Math.min(...runs), Math.max(...runs)] };
}

/** Prints a figure as one JSON line on stdout. */
export function print(figure: Figure): void {
  const machine = { node: process.versions.node, cores: availableParallelism() };
  process.stdout.write(`${JSON.stringify({ ...figure, ...machine })}\n`);
}
