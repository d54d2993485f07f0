import type { Cell } from '../../activities/query/answer.ts';
import type { TextColumn } from '../../activities/query/text-columns.ts';
import type { FormatOf, RowFormat } from './format.ts';
import { cut, visible, widthOf } from './visible.ts';

const GAP = '  ';
/** No column is cut to less. */
const NARROWEST = 8;

/**
 * A table with aligned columns, as wide as the first rows need. In a terminal of `width` columns, long cells are cut; if the columns do not fit at
 * all, each row is shown as a list of names and values. Without a width nothing is cut.
 */
export const asTable =
  (width: number | undefined): FormatOf =>
  (columns) => {
    let chosen: RowFormat | undefined;
    return {
      head(sample) {
        const widths = fitted(neededWidths(columns, sample), width);
        chosen = widths === undefined ? lists(columns, width ?? Infinity) : lines(columns, widths, width !== undefined);
        return chosen.head(sample);
      },
      rows: (rows) => chosen?.rows(rows) ?? '',
    };
  };

const shown = (cell: Cell): string => (cell === null ? 'NULL' : visible(cell));

function neededWidths(columns: readonly TextColumn[], sample: Cell[][]): number[] {
  return columns.map(({ name }, index) =>
    sample.reduce((most, row) => Math.max(most, widthOf(shown(row[index] ?? null))), widthOf(visible(name))),
  );
}

/** The widths, with the widest made narrower until the line fits; undefined if it cannot fit. */
function fitted(needed: readonly number[], width: number | undefined): number[] | undefined {
  if (width === undefined) return [...needed];
  const room = width - GAP.length * (needed.length - 1);
  let most = Math.max(NARROWEST, ...needed);
  const total = (): number => needed.reduce((sum, it) => sum + Math.min(it, most), 0);
  while (total() > room && most > NARROWEST) most -= 1;
  return total() > room ? undefined : needed.map((it) => Math.min(it, most));
}

function lines(columns: readonly TextColumn[], widths: readonly number[], isCut: boolean): RowFormat {
  const line = (cells: string[]): string =>
    `${cells
      .map((text, index) => {
        const width = widths[index] ?? 0;
        const cell = isCut ? cut(text, width) : text;
        const space = ' '.repeat(Math.max(0, width - widthOf(cell)));
        return columns[index]?.kind === 'number' ? space + cell : cell + space;
      })
      .join(GAP)
      .trimEnd()}\n`;
  return {
    head: () => line(columns.map(({ name }) => visible(name))) + line(widths.map((width) => '-'.repeat(width))),
    rows: (rows) => rows.map((row) => line(row.map(shown))).join(''),
  };
}

function lists(columns: readonly TextColumn[], width: number): RowFormat {
  const names = columns.map(({ name }) => visible(name));
  const widest = Math.max(...names.map(widthOf));
  let number = 0;
  const list = (row: Cell[]): string => {
    number += 1;
    const values = row.map((cell, index) => {
      const name = names[index] ?? '';
      return `${cut(`${name}${' '.repeat(widest - widthOf(name))}${GAP}${shown(cell)}`, width)}\n`;
    });
    return `--- row ${number} ---\n${values.join('')}`;
  };
  return { head: () => '', rows: (rows) => rows.map(list).join('') };
}
