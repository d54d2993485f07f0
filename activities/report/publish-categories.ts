import { CATEGORIES_CHARTS } from '../../viz/charts/categories/index.ts';
import { CATEGORIES_PARTS, CATEGORIES_PATH, categoriesPage } from '../../viz/pages/categories-page.ts';
import { chartFiles } from './chart-files.ts';
import { readParts } from './read-parts.ts';
import { limitToSite } from './scope.ts';
import { publishPages } from './site.ts';
import type { Publication } from './site.ts';

/** Publishes the page on categories and languages. */
export async function publishCategories({ connection, site, scratchDirectory, signal }: Publication): Promise<void> {
  await limitToSite(connection);
  const rows = await readParts(connection, CATEGORIES_PARTS);
  const files = await chartFiles(connection, CATEGORIES_CHARTS, rows, scratchDirectory);
  signal.throwIfAborted();
  await publishPages(site, CATEGORIES_PATH, files, (edition) => categoriesPage(rows, edition));
}
