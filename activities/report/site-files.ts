import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import { SCRATCH_END, writeWhole } from '../../common/whole-file.ts';
import type { AssetUrls } from '../../viz/pages/asset-urls.ts';
import { directoryOf } from '../../viz/pages/place.ts';
import type { Place } from '../../viz/pages/place.ts';
import { ROLLUP_VIEWS } from '../../viz/rollups.ts';

/** Published files are readable for everybody, as far as the umask allows. */
const PUBLIC = 0o666;

/** Replaces the file atomically, by a rename. The site's servers do not serve unfinished files. */
export async function publishFile(path: string, content: string | Buffer): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeWhole(path, content, PUBLIC);
}

/** The file of a page. */
export const pageFile = (siteDirectory: string, place: Place): string =>
  join(siteDirectory, directoryOf(place), 'index.html');

export const publishPage = (siteDirectory: string, place: Place, page: string): Promise<void> =>
  publishFile(pageFile(siteDirectory, place), page);

/** Removes unfinished files of killed publishers. A running publisher that loses its file fails and retries. */
export async function removeLeftovers(siteDirectory: string): Promise<void> {
  const names = await readdir(siteDirectory, { recursive: true }).catch(() => []);
  const left = names.filter((name) => name.endsWith(SCRATCH_END));
  await Promise.all(left.map((name) => rm(join(siteDirectory, name), { force: true })));
}

const vizFile = (path: string) => (): Promise<Buffer> => readFile(join(import.meta.dirname, '../../viz', path));
const packageFile = (path: string) => (): Promise<Buffer> => readFile(createRequire(import.meta.url).resolve(path));

type Asset = keyof AssetUrls;

interface Source {
  name: string;
  read: () => Promise<Buffer>;
}

/** The files that all pages share: their names on the site, and where they come from. */
const SOURCES: Readonly<Record<Asset, Source>> = {
  plotly: { name: 'plotly.js', read: packageFile('plotly.js-dist-min/plotly.min.js') },
  cartesian: {
    name: 'plotly-cartesian.js',
    read: packageFile('plotly.js-cartesian-dist-min/plotly-cartesian.min.js'),
  },
  script: { name: 'report.js', read: vizFile('browser/report.js') },
  times: { name: 'times.js', read: vizFile('browser/times.js') },
  search: { name: 'search.js', read: vizFile('browser/search.js') },
  style: { name: 'report.css', read: vizFile('theme/report.css') },
  views: { name: 'views.txt', read: async () => Buffer.from(ROLLUP_VIEWS) },
};

const ASSETS = Object.keys(SOURCES) as Asset[];

/** What {@link publishAssets} would publish: names to use in a page that is not on a site, and their contents. */
export function ownAssets(): { urls: AssetUrls; read: (url: string) => Promise<string> } {
  const urls = Object.fromEntries(ASSETS.map((asset) => [asset, SOURCES[asset].name])) as unknown as AssetUrls;
  return {
    urls,
    read: async (url) => {
      const asset = ASSETS.find((it) => SOURCES[it].name === url);
      if (asset === undefined) throw new Error(`Expected the name of an asset, got ${url}.`);
      return (await SOURCES[asset].read()).toString();
    },
  };
}

/**
 * Publishes the scripts, the style, plotly.js and the views of queries below `assets/`, named by a hash of their content, each with a compressed copy beside it for
 * nginx. @returns their paths below the site
 */
export async function publishAssets(siteDirectory: string): Promise<AssetUrls> {
  const urls: Partial<AssetUrls> = {};
  for (const asset of ASSETS) urls[asset] = await publishAsset(siteDirectory, SOURCES[asset]);
  return urls as AssetUrls;
}

async function publishAsset(siteDirectory: string, { name, read }: Source): Promise<string> {
  const content = await read();
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 12);
  const asset = name.replace(/\.(\w+)$/, `-${hash}.$1`);
  const path = join(siteDirectory, 'assets', asset);
  const there = await stat(path).catch(() => undefined);
  if (there?.size !== content.length) {
    // First the copy: a file whose copy is missing would be compressed anew for each reader.
    await publishFile(`${path}.gz`, await promisify(gzip)(content, { level: constants.Z_BEST_COMPRESSION }));
    await publishFile(path, content);
  }
  return `assets/${asset}`;
}

/** The days with a published report, newest first. */
export async function publishedDays(siteDirectory: string): Promise<string[]> {
  const names = await readdir(siteDirectory).catch(() => []);
  return names
    .filter((name) => /^\d{4}-\d{2}-\d{2}$/.test(name))
    .sort()
    .reverse();
}
