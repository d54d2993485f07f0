import type { WithDatabase } from '../duckdb/database.ts';
import { YELLOW_TABLES } from '../yellow/manifest.ts';
import { yellowColumns } from '../yellow/read-columns.ts';
import { VIDEO_COLUMNS } from '../yellow/videos.ts';
import type { Columns } from './views.ts';

/** Read in a database of its own, because reading them leaves views behind. */
export async function readColumns(withDatabase: WithDatabase): Promise<Columns> {
  return withDatabase(async (connection) => {
    const columns = { videos: VIDEO_COLUMNS } as Record<keyof Columns, string>;
    for (const table of YELLOW_TABLES) columns[table] = await yellowColumns(connection, table);
    return columns;
  });
}
