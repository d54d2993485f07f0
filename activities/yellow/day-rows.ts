import type { Hour } from '../../workflows/hour.ts';
import { literal } from '../duckdb/literal.ts';
import type { DayManifest } from './day-manifest.ts';
import type { YellowTable } from './manifest.ts';

/** A local file with the rows of several hours, one hour after the other. */
export interface DayRows {
  path: string;
  /** The hours in the order of their rows. */
  hours: readonly { hour: Hour; rows: number }[];
  /** Those of which rows are wanted. */
  wanted: readonly Hour[];
}

/** A local file with the rows of one hour, in any directory. */
export interface HourRows {
  path: string;
  hour: Hour;
}

/** A local file of a table. A plain path is that of a file of one hour, in a directory `hour=<hour>`. */
export type LocalFile = string | HourRows | DayRows;

export function dayRowsOf(manifest: DayManifest, table: YellowTable, path: string, wanted: readonly Hour[]): DayRows {
  const hours = manifest.hours.map(({ hour, rows }) => ({ hour, rows: rows[table] ?? 0 }));
  return { path, hours: hours.filter(({ rows }) => rows > 0), wanted };
}

/** A query of the wanted rows, in their order, with the column `hour` if asked for. */
export function selectRows(rows: HourRows | DayRows, hasHour: boolean): string {
  if ('hours' in rows) return selectHours(rows, hasHour);
  return `SELECT *${hasHour ? `, ${literal(rows.hour)} AS hour` : ''} FROM read_parquet(${literal(rows.path)}, hive_partitioning = false)`;
}

function selectHours({ path, hours, wanted }: DayRows, hasHour: boolean): string {
  const places: { hour: Hour; from: number; to: number }[] = [];
  for (const { hour, rows } of hours) {
    const from = places.at(-1)?.to ?? 0;
    places.push({ hour, from, to: from + rows });
  }
  const hour = `CASE ${places.map((it) => `WHEN file_row_number < ${it.to} THEN ${literal(it.hour)}`).join(' ')} END AS hour`;
  const ranges = places
    .filter((it) => wanted.includes(it.hour))
    .map(({ from, to }) => `(file_row_number >= ${from} AND file_row_number < ${to})`);
  const where = ranges.length === places.length ? '' : ` WHERE ${ranges.join(' OR ') || 'false'}`;
  return `SELECT * EXCLUDE (file_row_number)${hasHour ? `, ${hour}` : ''} FROM read_parquet(${literal(path)}, file_row_number = true, hive_partitioning = false)${where}`;
}
