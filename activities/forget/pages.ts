import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

const MOST_PAGES = 10;

/** The pages, summaries and rows of charts of a site that have a login as a word, sorted. */
export async function findPages(siteDirectory: string, logins: ReadonlySet<string>): Promise<string[]> {
  if (logins.size === 0) return [];
  const word = new RegExp(`(?<![0-9A-Za-z_])(${[...logins].join('|')})(?![0-9A-Za-z_])`, 'i');
  const names = await readdir(siteDirectory, { recursive: true }).catch(() => []);
  const found: string[] = [];
  for (const name of names.filter((it) => /\.(html|json|csv)$/.test(it)).sort()) {
    if (found.length < MOST_PAGES && word.test(await readFile(join(siteDirectory, name), 'utf8'))) found.push(name);
  }
  return found;
}
