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
import { publishedNotebooks } from './notebook-pages.ts';
import { publishAssets, publishFile, publishedDays, removeLeftovers } from './site-files.ts';
import { daySummary } from '../../viz/day-summary.ts';
import type { DaySummary } from '../../viz/day-summary.ts';
import { withRemovedNote } from '../../viz/pages/removed-note.ts';

export interface ReportPublished {
  /** Path on the site. */
  page: string;
  messages: number;
  channels: number;
}

export interface ReportActivities {
  /** Writes the page of the day, its `report.json` and the index of all days. A repeat changes only the date. */
  publishDay(input: { day: Day }): Promise<ReportPublished>;
}

interface ReportActivityDeps {
  hdfs: Hdfs;
  root: string;
  files: CachedFiles;
  withDatabase: WithDatabase;
  siteDirectory: string;
  /** Current problems of the pipeline, as sentences. */
  readTroubles: () => Promise<string[]>;
  /** Called after each page that was published. */
  onPublished?: (day: Day, publishedAtMs: number) => void;
  now: () => number;
  log: Log;
}

export function createReportActivities(deps: ReportActivityDeps): ReportActivities {
  const { withDatabase, siteDirectory, onPublished, now, log } = deps;

  /** Only for the current day: current problems do not concern past days. */
  async function troublesOf(day: Day): Promise<string[]> {
    if (day !== dayOf(hourOf(now()))) return [];
    return deps
      .readTroubles()
      .catch(() => ['The parameter store does not answer, so the state of the pipeline is unknown.']);
  }

  /** The days of the index. A day without a summary yet is left out. */
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
          const before = await publishedBefore(siteDirectory, day, data.summary);
          const { summary } = before ?? data;
          // A cancelled attempt must not overwrite a newer page.
          signal.throwIfAborted();
          await removeLeftovers(siteDirectory);
          const assets = await publishAssets(siteDirectory);
          await publishFile(join(siteDirectory, day, 'index.html'), before?.page ?? dayPage(data, assets));
          await publishFile(join(siteDirectory, day, 'report.json'), JSON.stringify(summary));
          await publishFile(
            join(siteDirectory, 'index.html'),
            indexPage(await readSummaries(), await publishedNotebooks(siteDirectory), assets),
          );
          onPublished?.(day, now());
          log.info('report published', { day, messages: summary.sums.yellow });
          return { page: `/${day}/`, messages: summary.sums.yellow, channels: summary.channels };
        }),
      ),
  };
}

/**
 * The page and the summary of a day as they were published before what people wrote was removed: they count it, and a page that is made now
 * could not. Undefined if nothing was removed, or nothing was published.
 */
async function publishedBefore(
  siteDirectory: string,
  day: Day,
  { removed }: DaySummary,
): Promise<{ page: string; summary: DaySummary } | undefined> {
  if (removed === undefined) return undefined;
  const found = await readSummary(join(siteDirectory, day, 'report.json'), day);
  const page = await readFile(join(siteDirectory, day, 'index.html'), 'utf8').catch(() => undefined);
  if (found?.summary === undefined || page === undefined) return undefined;
  const summary = { ...found.summary, removed };
  return { page: withRemovedNote(page, summary), summary };
}

/** A summary that is damaged, or from another version, affects only its own line of the index. */
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
