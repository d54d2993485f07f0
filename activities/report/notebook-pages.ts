import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { notebookEntry } from '../../viz/notebooks/notebook-page.ts';
import type { NotebookEntry, NotebookPage } from '../../viz/notebooks/notebook-page.ts';
import { notebookPage, notebooksPage } from '../../viz/pages/notebook-page.ts';
import { publishAssets, publishFile } from './site-files.ts';

/** Below the site. Reports never write here. */
const DIRECTORY = 'notebooks';

/**
 * Publishes the page of a notebook, replacing an older one of its name, and the list of such pages. The front page lists it after the next
 * report.
 * @returns its path on the site
 * @throws UnsafeFigure before anything is written
 */
export async function publishNotebookPage(siteDirectory: string, page: NotebookPage, now: Date): Promise<string> {
  const assets = await publishAssets(siteDirectory);
  const publishedAt = now.toISOString();
  const content = notebookPage(page, publishedAt, assets);
  const directory = join(siteDirectory, DIRECTORY);
  await publishFile(join(directory, page.name, 'index.html'), content);
  await publishFile(join(directory, page.name, 'page.json'), JSON.stringify({ title: page.title, publishedAt }));
  await publishFile(join(directory, 'index.html'), notebooksPage(await publishedNotebooks(siteDirectory), assets));
  return `/${DIRECTORY}/${page.name}/`;
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
