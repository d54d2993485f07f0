import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { Refusal } from '../../common/refusal.ts';
import type { Day, Hour } from '../../workflows/hour.ts';
import type { WithDatabase } from '../duckdb/database.ts';
import type { CachedFiles } from '../hdfs/cached-files.ts';
import type { Hdfs } from '../hdfs/hdfs.ts';
import { listYellowHours } from '../yellow/list-hours.ts';
import { listVideoDays } from '../yellow/videos.ts';
import { abortable } from '../../common/abortable.ts';
import { readColumns } from './columns.ts';
import { fetchHours } from './local-files.ts';
import type { Fetched } from './local-files.ts';
import { lock, planQuery } from './plan.ts';
import { SOURCES, hoursOfSource } from './sources.ts';
import type { HourRange } from './sources.ts';
import { createQueryViews } from './views.ts';

export interface QueryDeps {
  hdfs: Hdfs;
  root: string;
  files: CachedFiles;
  withDatabase: WithDatabase;
  /** An empty local directory, for this query only. */
  scratchDirectory: string;
}

interface Question {
  sql: string;
  range: HourRange;
  fetched: Fetched;
  /** Called before the answer if the query reads tables of days from which rows were removed. */
  removed: (days: Day[]) => void;
  signal: AbortSignal;
}

/**
 * Fetches what the query reads and nothing else, and runs `work` with a database that has the views over it. The database can read these files
 * and nothing else, and its settings cannot be changed.
 * @throws Refusal 78 if the query is wrong, 69 if there is nothing to read; HdfsError
 */
export async function askYellow<T>(
  deps: QueryDeps,
  question: Question,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const { hdfs, root, withDatabase, scratchDirectory } = deps;
  const { sql, range, signal } = question;
  const lakeHours = await abortable(signal, listYellowHours(hdfs, root));
  checkHours(root, lakeHours, range);
  const videoDays = await abortable(signal, listVideoDays(hdfs, root));
  const columns = await readColumns(withDatabase);
  const withInterrupt = <R>(run: (connection: DuckDBConnection) => Promise<R>): Promise<R> =>
    withDatabase(async (connection) => {
      const interrupt = (): void => connection.interrupt();
      signal.addEventListener('abort', interrupt);
      try {
        signal.throwIfAborted();
        return await run(connection);
      } finally {
        signal.removeEventListener('abort', interrupt);
      }
    });

  const plan = { sql, lakeHours, videoDays, range, columns, directory: join(scratchDirectory, 'plan') };
  const needed = await withInterrupt((connection) => planQuery(connection, plan));
  const directory = join(scratchDirectory, 'lake');
  const { filesOf, removed } = await fetchHours(deps, needed, { directory, fetched: question.fetched, signal });
  if (removed.length > 0) question.removed(removed);
  return withInterrupt(async (connection) => {
    await lock(connection, directory);
    await createQueryViews(connection, { columns, filesOf, range });
    return work(connection);
  });
}

function checkHours(root: string, lakeHours: readonly Hour[], range: HourRange): void {
  const [first, last] = [lakeHours[0], lakeHours.at(-1)];
  if (first === undefined || last === undefined)
    throw new Refusal(
      69,
      `Expected refined hours in ${root}/yellow, found none. The first hour is there some minutes after \`make up\` or \`make demo\` has started; HDFS_ROOT names the lake.`,
    );
  const main = SOURCES[0];
  if (main !== undefined && hoursOfSource(main, { lakeHours, videoDays: [] }, range).length === 0)
    throw new Refusal(
      69,
      `Expected refined hours from ${range.from ?? first} to ${range.to ?? last}, found none. The lake has ${first} to ${last}: change --from and --to.`,
    );
}
