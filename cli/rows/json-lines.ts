import type { Cell } from '../../activities/query/answer.ts';
import type { TextColumn } from '../../activities/query/text-columns.ts';
import type { FormatOf } from './format.ts';

/** One JSON object per line. Numbers have all their digits, times are texts. */
export const asJsonLines: FormatOf = (columns) => {
  const keys = columns.map(({ name }) => JSON.stringify(name));
  const object = (row: Cell[]): string =>
    `{${row.map((cell, index) => `${keys[index]}:${json(cell, columns[index])}`).join(',')}}\n`;
  return { head: () => '', rows: (rows) => rows.map(object).join('') };
};

function json(cell: Cell, column: TextColumn | undefined): string {
  if (cell === null) return 'null';
  return column?.kind === 'number' || column?.kind === 'json' ? cell : JSON.stringify(cell);
}
