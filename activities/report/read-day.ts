import type { DuckDBConnection } from '@duckdb/node-api';
import { DAY_PARTS } from '../../viz/day-data.ts';
import type { DayData } from '../../viz/day-data.ts';
import { addUp } from '../../viz/day-summary.ts';
import type { CollectorSums } from '../../viz/day-summary.ts';
import { NEWEST, SUMS } from '../../viz/queries.ts';
import type { Day } from '../../workflows/hour.ts';
import { select } from '../duckdb/select.ts';
import type { DayState } from './day-state.ts';
import { readParts } from './read-parts.ts';

/** All lines of a window this old should be in red, because loaders commit within a minute. */
const SETTLED_MS = 120_000;

/** Asks the rollups, which must be limited to the day. `publishedAt` becomes the date of the report. */
export async function readDay(
  connection: DuckDBConnection,
  day: Day,
  state: DayState,
  publishedAt: Date,
): Promise<DayData> {
  const dayStart = new Date(`${day}T00:00:00Z`);
  const collectors = (await select(connection, SUMS, {
    day_start: dayStart,
    day_end: new Date(dayStart.getTime() + 24 * 3_600_000),
    settled_before: new Date(publishedAt.getTime() - SETTLED_MS),
  })) as unknown as CollectorSums[];
  const [newest] = (await select(connection, NEWEST, {})) as {
    message: string | null;
    poll: string | null;
    quarantined: number;
  }[];
  const rows = await readParts(connection, DAY_PARTS);
  const summary = {
    day,
    publishedAt: publishedAt.toISOString(),
    newestMessageAt: newest?.message ?? null,
    newestPollAt: newest?.poll ?? null,
    quarantined: newest?.quarantined ?? 0,
    hours: state.hours,
    completeHours: state.completeHours,
    gaps: state.gaps,
    channels: rows.channels.length,
    sums: addUp(collectors),
    collectors,
    troubles: [],
    ...(state.removed === undefined ? {} : { removed: state.removed }),
  };
  return { summary, rows };
}
