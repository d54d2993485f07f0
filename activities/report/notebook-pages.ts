import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { notebookEntry } from '../../viz/notebooks/notebook-page.ts';
import type { NotebookEntry, NotebookPage } from '../../viz/notebooks/notebook-page.ts';
import { notebookPage, notebooksPage } from '../../viz/pages/notebook-page.ts';
import { LANGUAGES } from '../../viz/words.ts';
import { openSite } from './site.ts';
import { publishFile, publishPage } from './site-files.ts';

/** Below the site. Reports never write here. */
const DIRECTORY = 'notebooks';

/**
 * Publishes the page of a notebook in each language, replacing an older one of its name, and the list of such pages. The front page lists it
 * after the next report.
 * @param site its directory, and the zone of the times on all pages; by default that of each language
 * @returns its path on the site
 * @throws UnsafeFigure before anything is written
 */
export async function publishNotebookPage(
  { directory, timeZone }: { directory: string; timeZone?: string | undefined },
  page: NotebookPage,
  now: Date,
): Promise<string> {
  const publishedAt = now.toISOString();
  const { editions } = await openSite(directory, timeZone);
  const contents = editions.map((edition) => notebookPage(page, publishedAt, edition));
  const path = `${DIRECTORY}/${page.name}/`;
  for (const [index, language] of LANGUAGES.entries())
    await publishPage(directory, { language, path }, contents[index] ?? '');
  await publishFile(join(directory, path, 'page.json'), JSON.stringify({ title: page.title, publishedAt }));
  const notebooks = await publishedNotebooks(directory);
  for (const edition of editions)
    await publishPage(
      directory,
      { language: edition.locale.language, path: `${DIRECTORY}/` },
      notebooksPage(notebooks, edition),
    );
  return `/${path}`;
}

/** The pages that notebooks have made. One without a readable `page.json` is left out. */
export async function publishedNotebooks(siteDirectory: string): Promise<NotebookEntry[]> {
  const directory = join(siteDirectory, DIRECTORY);
  const names = await readdir(directory).catch(() => []);
  const entries = await Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(directory, name, 'page.json'), 'utf8').catch(() => '');
      return { name, entry: readEntry(text) };
    }),
  );
  return entries.flatMap(({ name, entry }) => (entry === undefined ? [] : [{ name, ...entry }]));
}

function readEntry(text: string): Omit<NotebookEntry, 'name'> | undefined {
  try {
    return notebookEntry.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
