import type { z } from 'zod';

/** What plotly.js draws. Colours and fonts come from the page's style, in the browser. */
export interface Figure {
  data: Record<string, unknown>[];
  layout: Record<string, unknown>;
}

/** One chart of a day's page, whole: what it asks, what it gets, how it looks. */
export interface Chart<Shape extends z.ZodObject = z.ZodObject> {
  title: string;
  /** `half`: it stands beside its neighbour where the screen is wide enough. */
  width: 'whole' | 'half';
  /** A query over the views of `viz/queries/views.sql`. Numbers come as DOUBLE, which JavaScript can hold. */
  sql: string;
  /** One row of the answer. */
  shape: Shape;
  draw(rows: z.infer<Shape>[]): Figure;
}

/** Checks that `draw` takes the rows that `shape` describes. */
export function chart<Shape extends z.ZodObject>(parts: Chart<Shape>): Chart<Shape> {
  return parts;
}
