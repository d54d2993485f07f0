import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../../common/log.ts';
import { dayPage } from '../../viz/pages/day-page.ts';
import { indexPage } from '../../viz/pages/index-page.ts';
import { dayOf, hourOf } from '../../workflows/hour.ts';
import type { Day } from '../../workflows/hour.ts';
import type { WithDatabase } from '../duckdb/database.ts';
import { mappingErrors } from '../errors.ts';
import type { Hdfs } from '../hdfs/hdfs.ts';
import { withHeartbeats } from '../heartbeats.ts';
import type { CachedFiles } from '../hdfs/cached-files.ts';
import { chartFiles } from './chart-files.ts';
import { fetchDay } from './day-files.ts';
import { readDay } from './read-day.ts';
import { publishedNotebooks } from './notebook-pages.ts';
import { pageFile, publishAssets, publishFile, publishPage, removeLeftovers } from './site-files.ts';
import { readSummaries, readSummary, summaryFile } from './summaries.ts';
import type { DaySummary } from '../../viz/day-summary.ts';
import { localeOf } from '../../viz/locale.ts';
import { withRemovedNote } from '../../viz/pages/removed-note.ts';
import { LANGUAGES } from '../../viz/words.ts';
import type { Language } from '../../viz/words.ts';

export interface ReportPublished {
  /** Path on the site. */
  page: string;
  messages: number;
  channels: number;
}

export interface ReportActivities {
  /** Writes the page of the day, the files of its charts, its `report.json` and the index of all days, in each language. A repeat changes only the date. */
  publishDay(input: { day: Day }): Promise<ReportPublished>;
}

interface ReportActivityDeps {
  hdfs: Hdfs;
  root: string;
  files: CachedFiles;
  withDatabase: WithDatabase;
  siteDirectory: string;
  /** A local directory for unfinished files of charts. */
  scratchDirectory: string;
  /** The zone of the times on all pages, as in `REPORT_TIME_ZONE`; by default that of each language. */
  timeZone?: string | undefined;
  /** Current problems of the pipeline, as sentences. */
  readTroubles: () => Promise<string[]>;
  /** Called after each page that was published. */
  onPublished?: (day: Day, publishedAtMs: number) => void;
  now: () => number;
  log: Log;
}

export function createReportActivities(deps: ReportActivityDeps): ReportActivities {
  const { withDatabase, siteDirectory, timeZone, onPublished, now, log } = deps;

  /** Only for the current day: current problems do not concern past days. */
  async function troublesOf(day: Day): Promise<string[]> {
    if (day !== dayOf(hourOf(now()))) return [];
    return deps
      .readTroubles()
      .catch(() => ['The parameter store does not answer, so the state of the pipeline is unknown.']);
  }

  return {
    publishDay: ({ day }) =>
      mappingErrors(() =>
        withHeartbeats(async (signal) => {
          const dayFiles = await fetchDay(deps, day);
          const { data, files } = await withDatabase(async (connection) => {
            const read = await readDay(connection, day, dayFiles, new Date(now()));
            return { data: read, files: await chartFiles(connection, read.rows, deps.scratchDirectory) };
          });
          data.summary.troubles = [...dayFiles.troubles, ...(await troublesOf(day))];
          const before = await publishedBefore({ siteDirectory, timeZone }, day, data.summary);
          const { summary } = before ?? data;
          // A cancelled attempt must not overwrite a newer page.
          signal.throwIfAborted();
          await removeLeftovers(siteDirectory);
          const assets = await publishAssets(siteDirectory);
          const editions = LANGUAGES.map((language) => ({ locale: localeOf(language, timeZone), assets }));
          // Of a day whose chat was removed, the files stay as they are, like its pages.
          if (before === undefined)
            for (const [name, content] of files) await publishFile(join(siteDirectory, day, name), content);
          for (const edition of editions) {
            const page = before?.pages[edition.locale.language] ?? dayPage({ ...data, summary }, edition);
            await publishPage(siteDirectory, { language: edition.locale.language, path: `${day}/` }, page);
          }
          await publishFile(summaryFile(siteDirectory, day), JSON.stringify(summary));
          const [days, notebooks] = [await readSummaries(siteDirectory), await publishedNotebooks(siteDirectory)];
          for (const edition of editions)
            await publishPage(
              siteDirectory,
              { language: edition.locale.language, path: '' },
              indexPage(days, notebooks, edition),
            );
          onPublished?.(day, now());
          log.info('report published', { day, messages: summary.sums.yellow });
          return { page: `/${day}/`, messages: summary.sums.yellow, channels: summary.channels };
        }),
      ),
  };
}

/**
 * The pages and the summary of a day as they were published before what people wrote was removed: they count it, and a page that is made now
 * could not. Undefined if nothing was removed, or nothing was published.
 */
async function publishedBefore(
  { siteDirectory, timeZone }: Pick<ReportActivityDeps, 'siteDirectory' | 'timeZone'>,
  day: Day,
  { removed }: DaySummary,
): Promise<{ pages: Partial<Record<Language, string>>; summary: DaySummary } | undefined> {
  if (removed === undefined) return undefined;
  const found = await readSummary(siteDirectory, day);
  if (found?.summary === undefined) return undefined;
  const summary = { ...found.summary, removed };
  const pages: Partial<Record<Language, string>> = {};
  for (const language of LANGUAGES) {
    const file = pageFile(siteDirectory, { language, path: `${day}/` });
    const page = await readFile(file, 'utf8').catch(() => undefined);
    if (page !== undefined) pages[language] = withRemovedNote(page, summary, localeOf(language, timeZone));
  }
  return Object.keys(pages).length === 0 ? undefined : { pages, summary };
}
