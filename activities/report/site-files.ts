import { createHash } from 'node:crypto';
import { mkdir, open, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { AssetUrls } from '../../viz/pages/asset-urls.ts';

/** Of a file that is being written: the servers of the site show none whose name ends so. */
const SCRATCH = '.tmp';

/** Replaces the file whole, by rename: a reader sees the old one or the new one. What cannot be finished is removed. */
export async function publishFile(path: string, content: string | Buffer): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const scratch = `${path}.${crypto.randomUUID()}${SCRATCH}`;
  try {
    const file = await open(scratch, 'wx');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(scratch, path);
  } catch (error) {
    await rm(scratch, { force: true });
    throw error;
  }
}

/** Removes what publishers that were killed have left. One that lives and loses its file so publishes again. */
export async function removeLeftovers(siteDirectory: string): Promise<void> {
  const names = await readdir(siteDirectory, { recursive: true }).catch(() => []);
  const left = names.filter((name) => name.endsWith(SCRATCH));
  await Promise.all(left.map((name) => rm(join(siteDirectory, name), { force: true })));
}

const vizFile = (path: string): URL => new URL(`../../viz/${path}`, import.meta.url);

/** Puts the script, the style and plotly.js below `assets/`, named by their content, and gives their addresses seen from a page. */
export async function publishAssets(siteDirectory: string): Promise<AssetUrls> {
  const publish = async (name: string, source: string | URL): Promise<string> => {
    const content = await readFile(source);
    const hash = createHash('sha256').update(content).digest('hex').slice(0, 12);
    const asset = name.replace(/\.(\w+)$/, `-${hash}.$1`);
    const path = join(siteDirectory, 'assets', asset);
    const there = await stat(path).catch(() => undefined);
    if (there?.size !== content.length) await publishFile(path, content);
    return `/assets/${asset}`;
  };
  return {
    plotly: await publish('plotly.js', createRequire(import.meta.url).resolve('plotly.js-dist-min/plotly.min.js')),
    script: await publish('report.js', vizFile('browser/report.js')),
    style: await publish('report.css', vizFile('theme/report.css')),
  };
}

/** The days that have a published report, newest first. */
export async function publishedDays(siteDirectory: string): Promise<string[]> {
  const names = await readdir(siteDirectory).catch(() => []);
  return names
    .filter((name) => /^\d{4}-\d{2}-\d{2}$/.test(name))
    .sort()
    .reverse();
}
