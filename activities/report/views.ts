import type { DuckDBConnection } from '@duckdb/node-api';
import { literals } from '../duckdb/literal.ts';
import { yellowColumns } from '../yellow/read-columns.ts';

const VIEWED_TABLES = ['chat', 'moderation', 'streams', 'coverage', 'tallies'] as const;

export type ViewedTable = (typeof VIEWED_TABLES)[number];

/**
 * Creates the views that reports query, over local copies of yellow files of any release. Each has the current columns and types. A column that
 * a file lacks is NULL for its rows. A table without files has no rows.
 */
export async function createYellowViews(
  connection: DuckDBConnection,
  files: Record<ViewedTable, string[]>,
): Promise<void> {
  for (const table of VIEWED_TABLES) {
    const read = `SELECT * FROM read_parquet(${literals(files[table])}, union_by_name = true)`;
    await connection.run(`CREATE TEMP TABLE no_${table} (${await yellowColumns(connection, table)})`);
    await connection.run(
      `CREATE TEMP VIEW ${table} AS FROM no_${table} ${files[table].length > 0 ? `UNION ALL BY NAME ${read}` : ''}`,
    );
  }
}
