import { OVERVIEW_CHARTS } from '../../viz/charts/overview/index.ts';
import { OVERVIEW_PARTS, overviewPage } from '../../viz/pages/overview-page.ts';
import { NEWEST } from '../../viz/queries.ts';
import { select } from '../duckdb/select.ts';
import { chartFiles } from './chart-files.ts';
import { publishedNotebooks } from './notebook-pages.ts';
import { readParts } from './read-parts.ts';
import { limitToSite } from './scope.ts';
import { publishPages } from './site.ts';
import type { Publication } from './site.ts';
import { readSummaries } from './summaries.ts';

/** Publishes the front page. Last, because it links to all others. */
export async function publishFrontPage({ connection, site, scratchDirectory, signal }: Publication): Promise<void> {
  await limitToSite(connection);
  const [newest] = (await select(connection, NEWEST, {})) as { message: string | null }[];
  const data = {
    days: await readSummaries(site.directory),
    notebooks: await publishedNotebooks(site.directory),
    rows: await readParts(connection, OVERVIEW_PARTS),
    newestMessageAt: newest?.message ?? null,
  };
  const files = await chartFiles(connection, OVERVIEW_CHARTS, data.rows, scratchDirectory);
  signal.throwIfAborted();
  await publishPages(site, '', files, (edition) => overviewPage(data, edition));
}
