import type { DuckDBConnection } from '@duckdb/node-api';
import { CHARTS } from '../../viz/charts/index.ts';
import type { DayData, DayRows } from '../../viz/day-data.ts';
import { addUp } from '../../viz/day-summary.ts';
import type { CollectorSums } from '../../viz/day-summary.ts';
import { NEWEST, SUMS, VIEWS } from '../../viz/queries.ts';
import { TABLES } from '../../viz/tables/index.ts';
import type { Day } from '../../workflows/hour.ts';
import { select } from '../duckdb/select.ts';
import { chartTable } from './chart-files.ts';
import type { DayFiles } from './day-files.ts';
import { createYellowViews } from './views.ts';

/** All lines of a window this old should be in red, because loaders commit within a minute. */
const SETTLED_MS = 120_000;

/** Queries the yellow of the day. `publishedAt` becomes the date of the report. */
export async function readDay(
  connection: DuckDBConnection,
  day: Day,
  dayFiles: DayFiles,
  publishedAt: Date,
): Promise<DayData> {
  await createYellowViews(connection, dayFiles.files);
  await connection.run(VIEWS);
  const dayStart = new Date(`${day}T00:00:00Z`);
  const values = {
    day_start: dayStart,
    day_end: new Date(dayStart.getTime() + 24 * 3_600_000),
    settled_before: new Date(publishedAt.getTime() - SETTLED_MS),
  };
  const collectors = (await select(connection, SUMS, values)) as unknown as CollectorSums[];
  const [newest] = (await select(connection, NEWEST, values)) as {
    message: string | null;
    poll: string | null;
    quarantined: number;
  }[];
  const rows: Record<string, unknown[]> = {};
  for (const [name, { sql, shape }] of Object.entries(CHARTS)) {
    // The files of the chart have these rows, too.
    await connection.run(`CREATE OR REPLACE TEMP TABLE ${chartTable(name)} AS ${sql}`);
    rows[name] = shape.array().parse(await select(connection, `FROM ${chartTable(name)}`, {}));
  }
  for (const [name, { sql, shape }] of Object.entries(TABLES))
    rows[name] = shape.array().parse(await select(connection, sql, values));
  const summary = {
    day,
    publishedAt: publishedAt.toISOString(),
    newestMessageAt: newest?.message ?? null,
    newestPollAt: newest?.poll ?? null,
    quarantined: newest?.quarantined ?? 0,
    hours: dayFiles.hours,
    completeHours: dayFiles.completeHours,
    gaps: dayFiles.gaps,
    channels: rows['channels']?.length ?? 0,
    sums: addUp(collectors),
    collectors,
    troubles: [],
    ...(dayFiles.removed === undefined ? {} : { removed: dayFiles.removed }),
  };
  return { summary, rows: rows as DayRows };
}
