import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { rollUp, rollUpFirst } from '../../activities/report/roll-up.ts';
import { openStore } from '../../activities/report/rollup-store.ts';
import { limitToDay } from '../../activities/report/scope.ts';
import { createYellowViews, NO_FILES } from '../../activities/report/views.ts';
import type { YellowFiles } from '../../activities/report/views.ts';
import type { YellowTable } from '../../activities/yellow/manifest.ts';
import { silentLog } from '../../common/log.ts';
import { dayOf } from '../../workflows/hour.ts';
import type { Hour } from '../../workflows/hour.ts';

/** Adds up yellow files of one hour in a new store, and limits the connection to the day of that hour. */
export async function rollUpFiles(
  connection: DuckDBConnection,
  directory: string,
  hour: Hour,
  files: Partial<Record<YellowTable, string>>,
): Promise<void> {
  await openStore(connection, join(directory, `${crypto.randomUUID()}.duckdb`), silentLog);
  const found = Object.entries(files).map(([table, path]) => [table, [{ path, hour }]] as const);
  await createYellowViews(connection, { ...NO_FILES, ...(Object.fromEntries(found) as Partial<YellowFiles>) });
  await rollUpFirst(connection, [hour]);
  await rollUp(connection, [{ hour, version: '' }], new Date(0));
  await limitToDay(connection, dayOf(hour));
}
