import type { z } from 'zod';
import type { Locale } from '../locale.ts';
import type { Html } from '../pages/html.ts';
import type { WordKey } from '../words.ts';

export interface Trace extends Record<string, unknown> {
  /**
   * The place of its channel by messages, from 1; null for several channels. An array has that of each bar. The page's script makes colours of
   * places, so that a channel has one colour on the whole page.
   */
  place?: number | null | (number | null)[];
  /** Its values are colours of the page's style, from few to many. */
  heat?: boolean;
  /** In place of `x`: times at equal distances, as many as there are values in `y`. */
  every?: { from: string; seconds: number };
}

/** A stretch of time in the background of a chart. The page's script shortens its label to its width. */
export interface Band {
  /** In UTC. */
  from: string;
  to: string;
  label: string;
  /** Its colour: see {@link Trace}. Null is grey. */
  place: number | null;
}

/** The input of plotly.js. Colours and fonts are added in the browser, from the page's style. */
export interface Figure {
  /** `x` has times in UTC, which the page's script shows in the zone of the page. */
  overTime?: boolean;
  /** In px, if it is not as high as other charts. */
  height?: number;
  /** Over time only. `layout.xaxis.range` must be set. */
  bands?: Band[];
  data: Trace[];
  layout: Record<string, unknown>;
}

/** A column of the table that has the rows of a chart. */
export interface ChartColumn<Field extends string = string> {
  /** In the row. */
  field: Field;
  name: WordKey;
  /** `time`: ISO 8601 in UTC. */
  kind: 'text' | 'number' | 'time';
  /** What stands for null. */
  ifNull?: WordKey;
  /** What stands for a text in the table. Files have the text. */
  words?: Readonly<Record<string, WordKey>>;
}

/** One chart of a page: its query, the shape of a row, and how it is drawn and told. */
export interface Chart<Shape extends z.ZodObject = z.ZodObject> {
  title: WordKey;
  /** `half`: shares the row with the next chart if the screen is wide enough. */
  width: 'whole' | 'half';
  /** A query over the rollups in `viz/queries/rollups/`, without parameters. They are limited to what the page shows. Return numbers as DOUBLE, because JavaScript cannot hold every BIGINT. */
  sql: string;
  /** One row of the result. */
  shape: Shape;
  /** The columns of the table and of the files, in order. */
  columns: readonly ChartColumn<keyof z.infer<Shape> & string>[];
  draw(rows: z.infer<Shape>[], locale: Locale): Figure;
  /** What the chart shows, in a sentence or two. It is not asked without rows. */
  tell(rows: z.infer<Shape>[], locale: Locale): Html;
}

/** Checks at compile time that `draw` and `tell` accept the rows that `shape` describes. */
export function chart<Shape extends z.ZodObject>(parts: Chart<Shape>): Chart<Shape> {
  return parts;
}
