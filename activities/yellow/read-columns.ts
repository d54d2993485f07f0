import type { DuckDBConnection } from '@duckdb/node-api';
import { createYellowTables } from './files.ts';
import { YELLOW_TABLES } from './manifest.ts';
import type { YellowTable } from './manifest.ts';

let known: Promise<ReadonlyMap<YellowTable, string>> | undefined;

/** The columns of a table of yellow as `CREATE TABLE` takes them. Every hour has the same, so the SQL texts are asked once. */
export async function yellowColumns(connection: DuckDBConnection, table: YellowTable): Promise<string> {
  known ??= readColumns(connection).catch((error: unknown) => {
    known = undefined;
    throw error;
  });
  return (await known).get(table) ?? '';
}

/** Makes the tables without rows, reads their columns, and removes them again. */
async function readColumns(connection: DuckDBConnection): Promise<ReadonlyMap<YellowTable, string>> {
  await createYellowTables(connection, '1970-01-01T00', { chat: [], ownChat: [], coverage: [], streams: [] });
  const columns = new Map<YellowTable, string>();
  for (const table of YELLOW_TABLES) {
    const described = await connection.runAndReadAll(
      `SELECT string_agg('"' || column_name || '" ' || column_type, ', ') FROM (DESCRIBE ${table})`,
    );
    columns.set(table, String(described.value(0, 0)));
    await connection.run(`DROP TABLE ${table}`);
  }
  return columns;
}
