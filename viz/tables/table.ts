import type { z } from 'zod';
import type { Locale } from '../locale.ts';
import type { WordKey } from '../words.ts';
import type { Html } from '../pages/html.ts';

/** One table of a day's page: its query, the shape of a row, and how it is drawn. */
export interface DayTable<Shape extends z.ZodObject = z.ZodObject> {
  title: WordKey;
  /** A query over the views in `viz/queries/views.sql`. Return numbers as DOUBLE, because JavaScript cannot hold every BIGINT. */
  sql: string;
  /** One row of the result. */
  shape: Shape;
  draw(rows: z.infer<Shape>[], locale: Locale): Html;
}

/** Checks at compile time that `draw` accepts the rows that `shape` describes. */
export function dayTable<Shape extends z.ZodObject>(parts: DayTable<Shape>): DayTable<Shape> {
  return parts;
}
