import type { DuckDBConnection } from '@duckdb/node-api';
import { createEmptyTables } from './files.ts';
import { YELLOW_TABLES } from './manifest.ts';
import type { YellowTable } from './manifest.ts';

let known: Promise<ReadonlyMap<YellowTable, string>> | undefined;

/** The columns of a yellow table, in the syntax of `CREATE TABLE`. They are the same for every hour, so they are read once. */
export async function yellowColumns(connection: DuckDBConnection, table: YellowTable): Promise<string> {
  known ??= readColumns(connection).catch((error: unknown) => {
    known = undefined;
    throw error;
  });
  return (await known).get(table) ?? '';
}

/** Creates empty tables, reads their columns and drops them. */
async function readColumns(connection: DuckDBConnection): Promise<ReadonlyMap<YellowTable, string>> {
  await createEmptyTables(connection);
  const columns = new Map<YellowTable, string>();
  for (const table of YELLOW_TABLES) {
    const described = await connection.runAndReadAll(
      `SELECT string_agg('"' || column_name || '" ' || column_type, ', ') FROM (DESCRIBE ${table})`,
    );
    columns.set(table, String(described.value(0, 0)));
    await connection.run(`DROP ${table === 'chat' ? 'VIEW' : 'TABLE'} ${table}`);
  }
  return columns;
}
