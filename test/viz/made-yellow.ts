import type { DuckDBConnection } from '@duckdb/node-api';
import { yellowColumns } from '../../activities/yellow/read-columns.ts';
import { YELLOW_TABLES } from '../../activities/yellow/manifest.ts';
import type { YellowTable } from '../../activities/yellow/manifest.ts';
import { ROLLUP_VIEWS } from '../../viz/rollups.ts';

/** Creates the tables of yellow with rows that queries make, and all rollups as views over them. A row without an hour gets that of its time. */
export async function createMadeYellow(
  connection: DuckDBConnection,
  rows: Partial<Record<YellowTable, string>>,
): Promise<void> {
  for (const table of YELLOW_TABLES) {
    await connection.run(`CREATE TABLE ${table} (${await yellowColumns(connection, table)}, hour VARCHAR)`);
    if (rows[table] !== undefined) await connection.run(`INSERT INTO ${table} BY NAME ${rows[table]}`);
  }
  const time: Partial<Record<YellowTable, string>> = {
    chat: 'coalesce(sent_at, received_at)',
    streams: 'polled_at',
    coverage: 'happened_at',
    tallies: 'window_start',
    moderation: 'received_at',
    events: 'received_at',
    quarantine: 'appended_at',
  };
  for (const [table, at] of Object.entries(time))
    await connection.run(`UPDATE ${table} SET hour = strftime(${at}, '%Y-%m-%dT%H') WHERE hour IS NULL`);
  await connection.run(ROLLUP_VIEWS);
}
