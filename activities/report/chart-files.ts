import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { CHARTS } from '../../viz/charts/index.ts';
import { csvOf } from '../../viz/csv.ts';
import type { DayRows } from '../../viz/day-data.ts';
import { chartFile } from '../../viz/pages/chart-figure.ts';
import { literal } from '../duckdb/literal.ts';

/** The table of a connection that has the rows of a chart. */
export const chartTable = (name: string): string => `chart_${name}`;

/** The files with the rows of all charts, by their names: the same rows as on the page. The connection must have the tables of `readDay`. */
export async function chartFiles(
  connection: DuckDBConnection,
  rows: DayRows,
  scratchDirectory: string,
): Promise<Map<string, string | Buffer>> {
  const files = new Map<string, string | Buffer>();
  const directory = await mkdtemp(join(scratchDirectory, 'charts-'));
  try {
    for (const [name, { columns }] of Object.entries(CHARTS)) {
      const fields = columns.map(({ field }) => field);
      files.set(chartFile(name, 'csv'), csvOf(fields, rows[name as keyof typeof CHARTS]));
      const file = join(directory, chartFile(name, 'parquet'));
      await connection.run(`COPY ${chartTable(name)} TO ${literal(file)} (FORMAT parquet, COMPRESSION zstd)`);
      files.set(chartFile(name, 'parquet'), await readFile(file));
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  return files;
}
