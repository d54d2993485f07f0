import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../../common/log.ts';
import { dayPage } from '../../viz/pages/day-page.ts';
import { indexPage } from '../../viz/pages/index-page.ts';
import type { IndexedDay } from '../../viz/pages/index-page.ts';
import { dayOf, hourOf } from '../../workflows/hour.ts';
import type { Day } from '../../workflows/hour.ts';
import type { WithDatabase } from '../duckdb/database.ts';
import { mappingErrors } from '../errors.ts';
import type { Hdfs } from '../hdfs/hdfs.ts';
import { withHeartbeats } from '../heartbeats.ts';
import type { CachedFiles } from '../hdfs/cached-files.ts';
import { fetchDay } from './day-files.ts';
import { readDay } from './read-day.ts';
import { publishAssets, publishFile, publishedDays, removeLeftovers } from './site-files.ts';
import { daySummary } from '../../viz/day-summary.ts';

/** What a publish tells to Temporal. `page` is the path on the site. */
export interface ReportPublished {
  page: string;
  messages: number;
  channels: number;
}

export interface ReportActivities {
  /** Writes the page of the day, its `report.json` and the index of all days. Doing it twice writes the same again, with a newer date. */
  publishDay(input: { day: Day }): Promise<ReportPublished>;
}

interface ReportActivityDeps {
  hdfs: Hdfs;
  root: string;
  files: CachedFiles;
  withDatabase: WithDatabase;
  siteDirectory: string;
  /** What is wrong with the pipeline now, in sentences. */
  readTroubles: () => Promise<string[]>;
  now: () => number;
  log: Log;
}

export function createReportActivities(deps: ReportActivityDeps): ReportActivities {
  const { withDatabase, siteDirectory, now, log } = deps;

  /** Only the running day's: what is wrong now says nothing of days that are over. */
  async function troublesOf(day: Day): Promise<string[]> {
    if (day !== dayOf(hourOf(now()))) return [];
    return deps
      .readTroubles()
      .catch(() => ['The parameter store does not answer: how the pipeline is cannot be told.']);
  }

  /** What stands in the index. A day whose first publish has not written its summary yet is left out. */
  async function readSummaries(): Promise<IndexedDay[]> {
    const days = await publishedDays(siteDirectory);
    const indexed = await Promise.all(days.map((day) => readSummary(join(siteDirectory, day, 'report.json'), day)));
    return indexed.filter((day) => day !== undefined);
  }

  return {
    publishDay: ({ day }) =>
      mappingErrors(() =>
        withHeartbeats(async (signal) => {
          const dayFiles = await fetchDay(deps, day);
          const data = await withDatabase((connection) => readDay(connection, day, dayFiles, new Date(now())));
          data.summary.troubles = [...dayFiles.troubles, ...(await troublesOf(day))];
          // An attempt that was given up writes no page over a newer one.
          signal.throwIfAborted();
          await removeLeftovers(siteDirectory);
          const assets = await publishAssets(siteDirectory);
          await publishFile(join(siteDirectory, day, 'index.html'), dayPage(data, assets));
          await publishFile(join(siteDirectory, day, 'report.json'), JSON.stringify(data.summary));
          await publishFile(join(siteDirectory, 'index.html'), indexPage(await readSummaries(), assets));
          log.info('report published', { day, messages: data.summary.sums.yellow });
          return { page: `/${day}/`, messages: data.summary.sums.yellow, channels: data.summary.channels };
        }),
      ),
  };
}

/** A summary that cannot be read, or that another version wrote, spoils its own line alone. */
async function readSummary(path: string, day: Day): Promise<IndexedDay | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    return (error as { code?: string }).code === 'ENOENT' ? undefined : { day, summary: undefined };
  }
  try {
    return { day, summary: daySummary.safeParse(JSON.parse(text)).data };
  } catch {
    return { day, summary: undefined };
  }
}
