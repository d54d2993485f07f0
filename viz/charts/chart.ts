import type { z } from 'zod';

/** The input of plotly.js. Colours and fonts are added in the browser, from the page's style. */
export interface Figure {
  data: Record<string, unknown>[];
  layout: Record<string, unknown>;
}

/** One chart of a day's page: its query, the shape of a row, and how it is drawn. */
export interface Chart<Shape extends z.ZodObject = z.ZodObject> {
  title: string;
  /** `half`: shares the row with the next chart if the screen is wide enough. */
  width: 'whole' | 'half';
  /** A query over the views in `viz/queries/views.sql`. Return numbers as DOUBLE, because JavaScript cannot hold every BIGINT. */
  sql: string;
  /** One row of the result. */
  shape: Shape;
  draw(rows: z.infer<Shape>[]): Figure;
}

/** Checks at compile time that `draw` accepts the rows that `shape` describes. */
export function chart<Shape extends z.ZodObject>(parts: Chart<Shape>): Chart<Shape> {
  return parts;
}
