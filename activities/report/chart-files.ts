import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Chart } from '../../viz/charts/chart.ts';
import { csvOf } from '../../viz/csv.ts';
import { chartFile } from '../../viz/pages/chart-figure.ts';
import { literal } from '../duckdb/literal.ts';
import { partTable } from './read-parts.ts';

/** The files with the rows of all charts, by their names: the same rows as on the page. The connection must have the tables of `readParts`. */
export async function chartFiles(
  connection: DuckDBConnection,
  charts: Readonly<Record<string, Chart>>,
  rows: Readonly<Record<string, Readonly<Record<string, unknown>>[]>>,
  scratchDirectory: string,
): Promise<Map<string, string | Buffer>> {
  const files = new Map<string, string | Buffer>();
  const directory = await mkdtemp(join(scratchDirectory, 'charts-'));
  try {
    for (const [name, { columns }] of Object.entries(charts)) {
      const fields = columns.map(({ field }) => field);
      files.set(chartFile(name, 'csv'), csvOf(fields, rows[name] ?? []));
      const file = join(directory, chartFile(name, 'parquet'));
      const selected = fields.map((field) => `"${field}"`).join(', ');
      await connection.run(
        `COPY (SELECT ${selected} FROM ${partTable(name)}) TO ${literal(file)} (FORMAT parquet, COMPRESSION zstd)`,
      );
      files.set(chartFile(name, 'parquet'), await readFile(file));
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  return files;
}
