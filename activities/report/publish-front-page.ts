import { indexPage } from '../../viz/pages/index-page.ts';
import { publishedNotebooks } from './notebook-pages.ts';
import { publishPages } from './site.ts';
import type { Publication } from './site.ts';
import { readSummaries } from './summaries.ts';

/** Publishes the front page. Last, because it links to all others. */
export async function publishFrontPage({ site }: Publication): Promise<void> {
  const days = await readSummaries(site.directory);
  const notebooks = await publishedNotebooks(site.directory);
  await publishPages(site, '', new Map(), (edition) => indexPage(days, notebooks, edition));
}
