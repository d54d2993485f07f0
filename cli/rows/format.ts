import type { Cell } from '../../activities/query/answer.ts';
import type { TextColumn } from '../../activities/query/text-columns.ts';

/** Turns an answer into text, some rows at a time. */
export interface RowFormat {
  /** Before the first rows. @param sample the first rows, from which widths can be taken */
  head(sample: Cell[][]): string;
  rows(rows: Cell[][]): string;
}

export type FormatOf = (columns: readonly TextColumn[]) => RowFormat;
