import type { Log } from '../../common/log.ts';
import { dayOf, hourOf } from '../../workflows/hour.ts';
import type { Day } from '../../workflows/hour.ts';
import type { DaySummary } from '../../viz/day-summary.ts';
import type { WithDatabase } from '../duckdb/database.ts';
import type { CachedFiles } from '../hdfs/cached-files.ts';
import type { Hdfs } from '../hdfs/hdfs.ts';
import { DEFAULT_SETTINGS } from '../parameters/report-settings.ts';
import type { ReportSettings } from '../parameters/report-settings.ts';
import { readDayState } from './day-state.ts';
import { publishDayPages } from './publish-day.ts';
import { publishFrontPage } from './publish-front-page.ts';
import { publishSite } from './publish-site.ts';
import { updateRollups } from './rollup-hours.ts';
import { openStore } from './rollup-store.ts';
import { openSite } from './site.ts';
import { removeLeftovers } from './site-files.ts';
import { SITE_PAGES } from './site-pages.ts';
import { createVideoView } from './video-view.ts';

export interface PublishDeps {
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
  /** What the operator has set for pages. */
  readSettings: () => Promise<ReportSettings>;
  /** Current problems of the pipeline, as sentences. */
  readTroubles: () => Promise<string[]>;
  now: () => number;
  log: Log;
}

/**
 * Brings the rollups up to date with yellow. Then writes pages in an order in which links lead somewhere: the front page last. @returns what `report.json` of the day says
 */
export function publish(deps: PublishDeps, day: Day, signal: AbortSignal): Promise<DaySummary> {
  const { scratchDirectory, now } = deps;
  return deps.withDatabase(async (connection) => {
    await openStore(connection, deps.rollupsFile, deps.log);
    await updateRollups(connection, deps, day, signal);
    const state = await readDayState(deps, day);
    const troubles = [...state.troubles, ...(await troublesOf(deps, day))];
    await removeLeftovers(deps.siteDirectory);
    const site = await openSite(deps.siteDirectory, deps.timeZone);
    const { showChatters } = await settingsOf(deps);
    const publication = {
      ...{ connection, site, lake: deps, scratchDirectory, showChatters, signal },
      publishedAt: new Date(now()),
    };
    await createVideoView(connection, deps);
    const summary = await publishSite(publication, SITE_PAGES, () =>
      publishDayPages(publication, day, state, troubles),
    );
    await publishFrontPage(publication);
    return summary;
  });
}

/** Without the parameter store, nobody is named. */
function settingsOf({ readSettings, log }: PublishDeps): Promise<ReportSettings> {
  return readSettings().catch((error: unknown) => {
    log.warn('the settings of reports cannot be read, so pages name nobody', { reason: String(error) });
    return DEFAULT_SETTINGS;
  });
}

/** Only for the current day: current problems do not concern past days. */
async function troublesOf({ readTroubles, now }: PublishDeps, day: Day): Promise<string[]> {
  if (day !== dayOf(hourOf(now()))) return [];
  return readTroubles().catch(() => ['The parameter store does not answer, so the state of the pipeline is unknown.']);
}
