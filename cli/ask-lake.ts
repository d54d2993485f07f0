import type { DuckDBConnection } from '@duckdb/node-api';
import { askYellow } from '../activities/query/ask.ts';
import type { HourRange } from '../activities/query/sources.ts';
import type { Day } from '../workflows/hour.ts';
import { fetchProgress } from './fetch-progress.ts';
import { withLake } from './lake.ts';
import { tellRemovedDays } from './removed-days.ts';

/** Runs `work` for `chatlake sql` with what the query needs, and shows meanwhile how much is fetched. @throws as {@link askYellow} */
export async function askLake<T>(
  question: { sql: string; range: HourRange; signal: AbortSignal },
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  return withLake('sql', (lake) => {
    const { fetched, clear } = fetchProgress();
    const removed = (days: Day[]): void => {
      clear();
      tellRemovedDays(days);
    };
    return askYellow(lake, { ...question, fetched, removed }, (connection) => {
      clear();
      return work(connection);
    });
  });
}
