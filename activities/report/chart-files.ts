import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Chart } from '../../viz/charts/chart.ts';
import { csvOf } from '../../viz/csv.ts';
import { chartFile } from '../../viz/pages/chart-figure.ts';
import { literal } from '../duckdb/literal.ts';
import { partTable } from './read-parts.ts';

/**
 * The files with the rows of all charts, by their names: the same rows as on the page. The connection must have the tables of `readParts`.
 * @param where limits these tables to what the page shows
 */
export async function chartFiles(
  connection: DuckDBConnection,
  charts: Readonly<Record<string, Chart>>,
  rows: Readonly<Record<string, Readonly<Record<string, unknown>>[]>>,
  scratchDirectory: string,
  where = 'true',
): Promise<Map<string, string | Buffer>> {
  const files = new Map<string, string | Buffer>();
  const file = join(scratchDirectory, `chart-${randomUUID()}.parquet`);
  try {
    for (const [name, { columns }] of Object.entries(charts)) {
      const fields = columns.map(({ field }) => field);
      files.set(chartFile(name, 'csv'), csvOf(fields, rows[name] ?? []));
      const selected = fields.map((field) => `"${field}"`).join(', ');
      await connection.run(
        `COPY (SELECT ${selected} FROM ${partTable(name)} WHERE ${where}) TO ${literal(file)} (FORMAT parquet, COMPRESSION zstd)`,
      );
      files.set(chartFile(name, 'parquet'), await readFile(file));
    }
  } finally {
    await rm(file, { force: true });
  }
  return files;
}
