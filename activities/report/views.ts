import type { DuckDBConnection } from '@duckdb/node-api';
import { literals } from '../duckdb/literal.ts';

const COLUMNS = {
  chat: `message_id VARCHAR, channel_id VARCHAR, channel_login VARCHAR, user_id VARCHAR, received_at TIMESTAMPTZ, sent_at TIMESTAMPTZ, appended_at TIMESTAMPTZ`,
  streams: `polled_at TIMESTAMPTZ, channel_id VARCHAR, channel_login VARCHAR, channel_name VARCHAR, game_name VARCHAR, title VARCHAR, viewer_count BIGINT`,
  coverage: `kind VARCHAR, collector VARCHAR, happened_at TIMESTAMPTZ, channel_login VARCHAR, reason VARCHAR, received BIGINT, acknowledged BIGINT`,
  tallies: `collector VARCHAR, window_start TIMESTAMPTZ, red_messages BIGINT, yellow_messages BIGINT`,
} as const;

export type ViewedTable = keyof typeof COLUMNS;
const VIEWED_TABLES = Object.keys(COLUMNS) as ViewedTable[];

/**
 * Makes the views that reports query, over local copies of yellow of any age: the columns named here are there, with these types, whatever
 * the files have. A table without files has no rows.
 */
export async function createYellowViews(
  connection: DuckDBConnection,
  files: Record<ViewedTable, string[]>,
): Promise<void> {
  for (const table of VIEWED_TABLES) {
    const read = `SELECT * FROM read_parquet(${literals(files[table])}, union_by_name = true)`;
    await connection.run(`CREATE TEMP TABLE no_${table} (${COLUMNS[table]})`);
    await connection.run(
      `CREATE TEMP VIEW ${table} AS FROM no_${table} ${files[table].length > 0 ? `UNION ALL BY NAME ${read}` : ''}`,
    );
  }
}
