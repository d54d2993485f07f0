import type { z } from 'zod';

/** A chart or table of a page: a query, and the shape of its rows. */
export interface Part {
  sql: string;
  shape: z.ZodObject;
}

/** The rows of each part, by its name. */
export type RowsOf<Parts extends Readonly<Record<string, Part>>> = {
  [Name in keyof Parts]: z.infer<Parts[Name]['shape']>[];
};
