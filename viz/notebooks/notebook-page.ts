import { z } from 'zod';

const LONGEST_TEXT = 2_000;
const MOST_PARTS = 20;
const MOST_ROWS = 2_000;

const text = z.string().trim().min(1).max(LONGEST_TEXT);
const cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** A Plotly figure as JSON: Python's `figure.to_json()`. {@link safeFigure} makes it fit for a page. */
const figure = z.object({
  data: z.array(z.record(z.string(), z.unknown())),
  layout: z.record(z.string(), z.unknown()).default({}),
});

const table = z
  .object({ title: text, columns: z.array(z.string()), rows: z.array(z.array(cell)).max(MOST_ROWS) })
  .refine(({ columns, rows }) => rows.every((row) => row.length === columns.length), 'rows as long as the columns');

/** A page that a notebook has made: a title, a summary, charts and tables. All of its texts are from outside. */
export const notebookPageInput = z.object({
  /** Its directory below `/notebooks/`. */
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/, 'lower-case letters, digits and -, at most 60'),
  title: text,
  /** Paragraphs. */
  summary: z.array(text).min(1).max(MOST_PARTS),
  charts: z
    .array(z.object({ title: text, figure }))
    .max(MOST_PARTS)
    .default([]),
  tables: z.array(table).max(MOST_PARTS).default([]),
});

export type NotebookPage = z.infer<typeof notebookPageInput>;

/** The file beside a published page, for the list of pages. */
export const notebookEntry = z.object({ title: text, publishedAt: z.iso.datetime() });

/** A row of the list of pages. */
export type NotebookEntry = Pick<NotebookPage, 'name'> & z.infer<typeof notebookEntry>;
