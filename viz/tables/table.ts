import type { z } from 'zod';
import type { Locale } from '../locale.ts';
import type { WordKey } from '../words.ts';
import type { Html } from '../pages/html.ts';
import type { Links } from '../pages/links.ts';

/** One table of a page: its query, the shape of a row, and how it is drawn. */
export interface PageTable<Shape extends z.ZodObject = z.ZodObject> {
  title: WordKey;
  /** A query over the rollups in `viz/queries/rollups/`, without parameters. They are limited to what the page shows. Return numbers as DOUBLE, because JavaScript cannot hold every BIGINT. */
  sql: string;
  /** One row of the result. */
  shape: Shape;
  draw(rows: z.infer<Shape>[], locale: Locale, links: Links): Html;
}

/** Checks at compile time that `draw` accepts the rows that `shape` describes. */
export function pageTable<Shape extends z.ZodObject>(parts: PageTable<Shape>): PageTable<Shape> {
  return parts;
}
