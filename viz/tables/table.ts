import type { z } from 'zod';
import type { Html } from '../pages/html.ts';

/** One table of a day's page, whole: what it asks, what it gets, how it looks. */
export interface DayTable<Shape extends z.ZodObject = z.ZodObject> {
  title: string;
  /** A query over the views of `viz/queries/views.sql`. Numbers come as DOUBLE, which JavaScript can hold. */
  sql: string;
  /** One row of the answer. */
  shape: Shape;
  draw(rows: z.infer<Shape>[]): Html;
}

/** Checks that `draw` takes the rows that `shape` describes. */
export function dayTable<Shape extends z.ZodObject>(parts: DayTable<Shape>): DayTable<Shape> {
  return parts;
}
