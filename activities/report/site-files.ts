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

const PLOTLY = createRequire(import.meta.url).resolve('plotly.js-dist-min/plotly.min.js');

const vizFile = (path: string): string => join(import.meta.dirname, '../../viz', path);

/**
 * Publishes the scripts, the style, plotly.js and the views of queries below `assets/`, named by a hash of their content, each with a compressed copy beside it for
 * nginx. @returns their paths below the site
 */
export async function publishAssets(siteDirectory: string): Promise<AssetUrls> {
  const publish = async (name: string, content: Buffer): Promise<string> => {
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
  };
  return {
    plotly: await publish('plotly.js', await readFile(PLOTLY)),
    script: await publish('report.js', await readFile(vizFile('browser/report.js'))),
    times: await publish('times.js', await readFile(vizFile('browser/times.js'))),
    style: await publish('report.css', await readFile(vizFile('theme/report.css'))),
    views: await publish('views.txt', Buffer.from(ROLLUP_VIEWS)),
  };
}

/** The days with a published report, newest first. */
export async function publishedDays(siteDirectory: string): Promise<string[]> {
  const names = await readdir(siteDirectory).catch(() => []);
  return names
    .filter((name) => /^\d{4}-\d{2}-\d{2}$/.test(name))
    .sort()
    .reverse();
}
