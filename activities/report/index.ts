import type { Log } from '../../common/log.ts';
import { dayOf, hourOf } from '../../workflows/hour.ts';
import type { Day } from '../../workflows/hour.ts';
import type { WithDatabase } from '../duckdb/database.ts';
import { mappingErrors } from '../errors.ts';
import type { Hdfs } from '../hdfs/hdfs.ts';
import { withHeartbeats } from '../heartbeats.ts';
import type { CachedFiles } from '../hdfs/cached-files.ts';
import { readDayState } from './day-state.ts';
import { publishDayPages } from './publish-day.ts';
import { publishFrontPage } from './publish-front-page.ts';
import { publishSite } from './publish-site.ts';
import { SITE_PAGES } from './site-pages.ts';
import { updateRollups } from './rollup-hours.ts';
import { openStore } from './rollup-store.ts';
import { openSite } from './site.ts';

export interface ReportPublished {
  /** Path on the site. */
  page: string;
  messages: number;
  channels: number;
}

export interface ReportActivities {
  /**
   * Writes the page of the day, the files of its charts and its `report.json`, then the other pages of the site that have changed, and the front
   * page last, in each language. A repeat changes only dates.
   */
  publishDay(input: { day: Day }): Promise<ReportPublished>;
}

interface ReportActivityDeps {
  hdfs: Hdfs;
  root: string;
  files: CachedFiles;
  withDatabase: WithDatabase;
  /** A file of this process for the rollups of yellow. It may be lost. */
  rollupsFile: string;
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
  const { withDatabase, siteDirectory, timeZone, scratchDirectory, onPublished, now, log } = deps;

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
        withHeartbeats((signal) =>
          withDatabase(async (connection) => {
            await openStore(connection, deps.rollupsFile, log);
            await updateRollups(connection, deps, day, signal);
            const state = await readDayState(deps, day);
            const troubles = [...state.troubles, ...(await troublesOf(day))];
            const site = await openSite(siteDirectory, timeZone);
            const publication = { connection, site, scratchDirectory, publishedAt: new Date(now()), signal };
            const summary = await publishDayPages(publication, day, state, troubles);
            await publishSite(publication, SITE_PAGES);
            await publishFrontPage(publication);
            onPublished?.(day, now());
            log.info('report published', { day, messages: summary.sums.yellow });
            return { page: `/${day}/`, messages: summary.sums.yellow, channels: summary.channels };
          }),
        ),
      ),
  };
}
