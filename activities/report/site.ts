import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Hdfs } from '../hdfs/hdfs.ts';
import { localeOf } from '../../viz/locale.ts';
import type { Edition } from '../../viz/pages/edition.ts';
import { directoryOf } from '../../viz/pages/place.ts';
import { LANGUAGES } from '../../viz/words.ts';
import { publishAssets, publishFile, publishPage } from './site-files.ts';

/** Where pages are published, and in which languages. */
export interface Site {
  directory: string;
  editions: readonly Edition[];
  /** The paths of the pages of channels and broadcasts that are published, below the front page of a language. */
  pages: Set<string>;
}

/** One publish: the rollups that its pages ask, and the site. */
export interface Publication {
  /** Has the store of rollups. Each kind of page limits it to what it shows. */
  connection: DuckDBConnection;
  site: Site;
  /** Where yellow is. */
  lake: { hdfs: Hdfs; root: string };
  /** A local directory for unfinished files. */
  scratchDirectory: string;
  publishedAt: Date;
  /** Whether pages may name people who chat, as in `config/reports`; by default not. */
  showChatters?: boolean;
  signal: AbortSignal;
}

/** Publishes the files that all pages share, and looks which pages there are. */
export async function openSite(directory: string, timeZone: string | undefined): Promise<Site> {
  const assets = await publishAssets(directory);
  const pages = await publishedPages(directory);
  const editions = LANGUAGES.map((language) => ({ locale: localeOf(language, timeZone), assets, pages }));
  return { directory, editions, pages };
}

/**
 * Publishes a page in each language.
 * @param path of the page below the front page of a language
 * @param files of its charts, beside the page in the first language. They are there before the page that links to them.
 */
export async function publishPages(
  { directory, editions }: Site,
  path: string,
  files: ReadonlyMap<string, string | Buffer>,
  pageIn: (edition: Edition) => string,
): Promise<void> {
  const place = { language: LANGUAGES[0], path };
  await Promise.all(
    [...files].map(([name, content]) => publishFile(join(directory, directoryOf(place), name), content)),
  );
  await Promise.all(
    editions.map((edition) => publishPage(directory, { language: edition.locale.language, path }, pageIn(edition))),
  );
}

async function publishedPages(directory: string): Promise<Set<string>> {
  const found = await Promise.all(
    ['channels', 'broadcasts'].map(async (kind) => {
      const ids = await readdir(join(directory, kind)).catch(() => []);
      return ids.map((id) => `${kind}/${id}/`);
    }),
  );
  return new Set(found.flat());
}
