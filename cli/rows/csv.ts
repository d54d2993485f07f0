import type { Cell } from '../../activities/query/answer.ts';
import type { TextColumn } from '../../activities/query/text-columns.ts';
import type { FormatOf } from './format.ts';

/**
 * CSV as in RFC 4180, with `\n` at line ends. NULL is an empty cell, an empty text is `""`. A text from outside must not run as a formula in a
 * spreadsheet (owasp.org, CSV Injection), so it gets an apostrophe before it. Numbers and times stay as they are.
 */
export const asCsv: FormatOf = (columns) => ({
  head: () => `${columns.map(({ name }) => quoted(name)).join(',')}\n`,
  rows: (rows) => rows.map((row) => `${row.map((cell, index) => csvCell(cell, columns[index])).join(',')}\n`).join(''),
});

/** Excel takes the full-width forms of the same signs for them. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

function csvCell(cell: Cell, column: TextColumn | undefined): string {
  if (cell === null) return '';
  return quoted(column?.kind === 'text' && FORMULA.test(cell) ? `'${cell}` : cell);
}

function quoted(text: string): string {
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
