import type { z } from 'zod';
import type { Locale } from '../locale.ts';
import type { WordKey } from '../words.ts';

/** The input of plotly.js. Colours and fonts are added in the browser, from the page's style. */
export interface Figure {
  /** `x` has times in UTC, which the page's script shows in the zone of the page. */
  overTime?: boolean;
  data: Record<string, unknown>[];
  layout: Record<string, unknown>;
}

/** One chart of a day's page: its query, the shape of a row, and how it is drawn. */
export interface Chart<Shape extends z.ZodObject = z.ZodObject> {
  title: WordKey;
  /** `half`: shares the row with the next chart if the screen is wide enough. */
  width: 'whole' | 'half';
  /** A query over the views in `viz/queries/views.sql`. Return numbers as DOUBLE, because JavaScript cannot hold every BIGINT. */
  sql: string;
  /** One row of the result. */
  shape: Shape;
  draw(rows: z.infer<Shape>[], locale: Locale): Figure;
}

/** Checks at compile time that `draw` accepts the rows that `shape` describes. */
export function chart<Shape extends z.ZodObject>(parts: Chart<Shape>): Chart<Shape> {
  return parts;
}
