import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { WithDatabase } from '../duckdb/database.ts';
import { literal } from '../duckdb/literal.ts';
import type { DayRows, LocalFile } from '../yellow/day-rows.ts';
import type { YellowTable } from '../yellow/manifest.ts';
import { yellowColumns } from '../yellow/read-columns.ts';
import { createYellowView } from '../yellow/views.ts';
import type { Hour } from '../../workflows/hour.ts';

/** What the rows of an hour are in a table: their number, and the sum of their hashes, as in a manifest. */
export interface Version {
  rows: number;
  digest: string;
}

/** Local files of a table, of hours and of days. */
export interface DayTables {
  /** The versions of all hours with rows, as read with the columns of this release. */
  measure(table: YellowTable, files: readonly LocalFile[]): Promise<Map<Hour, Version>>;
  /** Writes all rows to `file`, in the order of the files. */
  unite(table: YellowTable, files: readonly LocalFile[], file: string): Promise<void>;
  /** Writes the rows of each wanted hour to a file of its own. */
  split(table: YellowTable, day: DayRows, fileOf: (hour: Hour) => string): Promise<void>;
}

export function createDayTables(withDatabase: WithDatabase): DayTables {
  return {
    measure: (table, files) =>
      withDatabase(async (connection) => {
        await viewOver(connection, table, files);
        const found = await connection.runAndReadAll(
          'SELECT hour, count(*), sum(hash(*COLUMNS(* EXCLUDE (hour)))::HUGEINT)::VARCHAR FROM rows_of_day GROUP BY hour ORDER BY hour',
        );
        return new Map(
          found.getRows().map(([hour, rows, digest]) => [String(hour), { rows: Number(rows), digest: String(digest) }]),
        );
      }),

    unite: (table, files, file) =>
      withDatabase(async (connection) => {
        await viewOver(connection, table, files);
        // DuckDB preserves the order, and streams: memory does not grow with the day.
        await copyTo(connection, 'SELECT * EXCLUDE (hour) FROM rows_of_day', file);
      }),

    split: (table, day, fileOf) =>
      withDatabase(async (connection) => {
        for (const hour of day.wanted) {
          await viewOver(connection, table, [{ ...day, wanted: [hour] }]);
          await mkdir(dirname(fileOf(hour)), { recursive: true });
          await copyTo(connection, 'SELECT * EXCLUDE (hour) FROM rows_of_day', fileOf(hour));
        }
      }),
  };
}

async function viewOver(connection: DuckDBConnection, table: YellowTable, files: readonly LocalFile[]): Promise<void> {
  const columns = await yellowColumns(connection, table);
  await createYellowView(connection, { name: 'rows_of_day', table, columns, files, hasHour: true });
}

async function copyTo(connection: DuckDBConnection, query: string, file: string): Promise<void> {
  await connection.run(`COPY (${query}) TO ${literal(file)} (FORMAT parquet, COMPRESSION zstd)`);
}
