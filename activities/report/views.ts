import type { DuckDBConnection } from '@duckdb/node-api';
import type { LocalFile } from '../yellow/day-rows.ts';
import { YELLOW_TABLES } from '../yellow/manifest.ts';
import type { YellowTable } from '../yellow/manifest.ts';
import { yellowColumns } from '../yellow/read-columns.ts';
import { createYellowView } from '../yellow/views.ts';

/** Local copies of files of all tables. */
export type YellowFiles = Readonly<Record<YellowTable, readonly LocalFile[]>>;

export const NO_FILES: YellowFiles = {
  chat: [],
  events: [],
  moderation: [],
  streams: [],
  coverage: [],
  tallies: [],
  quarantine: [],
};

/** Creates the views that rollups ask, over local copies of yellow files of any release, with the column `hour`. */
export async function createYellowViews(connection: DuckDBConnection, files: YellowFiles): Promise<void> {
  for (const table of YELLOW_TABLES) {
    const columns = await yellowColumns(connection, table);
    await createYellowView(connection, { name: table, table, columns, files: files[table], hasHour: true });
  }
}
