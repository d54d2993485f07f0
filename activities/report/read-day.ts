import type { DuckDBConnection } from '@duckdb/node-api';
import { QUERIES, VIEWS } from '../../viz/queries.ts';
import type { DayData } from '../../viz/day-data.ts';
import type { Day } from '../../workflows/hour.ts';
import { createYellowViews } from './views.ts';
import type { DayFiles } from './day-files.ts';
import { type CollectorSums, addUp } from '../../viz/day-summary.ts';

/** A window this old should be in red with all its lines: loaders commit within a minute. */
const SETTLED_MS = 120_000;

/** Queries the day's yellow. `publishedAt` stands in the report as its date. */
export async function readDay(
  connection: DuckDBConnection,
  day: Day,
  dayFiles: DayFiles,
  publishedAt: Date,
): Promise<DayData> {
  await createYellowViews(connection, dayFiles.files);
  await connection.run(VIEWS);
  const rows = async <T>(name: keyof typeof QUERIES): Promise<T[]> => {
    const sql = QUERIES[name]
      .replaceAll('$day_start', `TIMESTAMPTZ '${day} 00:00:00+00'`)
      .replaceAll('$settled_before', `TIMESTAMPTZ '${new Date(publishedAt.getTime() - SETTLED_MS).toISOString()}'`)
      .replaceAll('$day_end', `(TIMESTAMPTZ '${day} 00:00:00+00' + INTERVAL 1 DAY)`);
    return (await connection.runAndReadAll(sql)).getRowObjectsJS() as T[];
  };

  const collectors = await rows<CollectorSums>('sums');
  const [newest] = await rows<{ message: string | null; poll: string | null }>('newest');
  const channels = await rows<DayData['channels'][number]>('channels');
  return {
    summary: {
      day,
      publishedAt: publishedAt.toISOString(),
      newestMessageAt: newest?.message ?? null,
      newestPollAt: newest?.poll ?? null,
      hours: dayFiles.hours,
      completeHours: dayFiles.completeHours,
      channels: channels.length,
      sums: addUp(collectors),
      collectors,
      troubles: [],
    },
    messagesPerMinute: await rows('messagesPerMinute'),
    viewers: await rows('viewers'),
    channels,
    categories: await rows('categories'),
    coverage: await rows('coverage'),
  };
}
