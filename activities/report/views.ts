import type { DuckDBConnection } from '@duckdb/node-api';
import type { LocalFile } from '../yellow/day-rows.ts';
import { yellowColumns } from '../yellow/read-columns.ts';
import { createYellowView } from '../yellow/views.ts';

const VIEWED_TABLES = ['chat', 'moderation', 'streams', 'coverage', 'tallies', 'quarantine'] as const;

export type ViewedTable = (typeof VIEWED_TABLES)[number];

/** Creates the views that reports query, over local copies of yellow files of any release. */
export async function createYellowViews(
  connection: DuckDBConnection,
  files: Record<ViewedTable, LocalFile[]>,
): Promise<void> {
  for (const table of VIEWED_TABLES) {
    const columns = await yellowColumns(connection, table);
    await createYellowView(connection, { name: table, table, columns, files: files[table] });
  }
}
