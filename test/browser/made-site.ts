import { mkdir } from 'node:fs/promises';
import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import { publish } from '../../activities/report/publish.ts';
import { silentLog } from '../../common/log.ts';
import { startSiteServer } from '../../infra/site-server/server.ts';
import { dayOf, hourOf } from '../../workflows/hour.ts';
import { openTestLake } from '../integration/test-lake.ts';
import type { TestLake } from '../integration/test-lake.ts';
import { HOSTILE } from './hostile-plot.ts';
import { playPlot } from './made-plot.ts';
import type { Plot } from './made-plot.ts';
import { writeYellow } from './made-yellow.ts';
import { PLEASANT } from './pleasant-plot.ts';

/** A whole site as the product publishes it, and its server. */
export interface MadeSite {
  directory: string;
  url: string;
  /** The paths of all pages, like `ko/2026-11-25/`, in order. The front page is the empty path. */
  pages: readonly string[];
}

const PLOTS = { pleasant: PLEASANT, hostile: HOSTILE };
export type SiteName = keyof typeof PLOTS;

const made = new Map<SiteName, Promise<MadeSite>>();
const closers: (() => Promise<void>)[] = [];

/** The site of a plot, shared by all tests of one mocha run. */
export function madeSite(name: SiteName): Promise<MadeSite> {
  const site = made.get(name) ?? make(name, PLOTS[name]);
  made.set(name, site);
  return site;
}

async function make(name: SiteName, plot: Plot): Promise<MadeSite> {
  const lake = await openTestLake(`site-${name}`);
  closers.push(() => lake.remove());
  const directory = join(lake.directory, 'site');
  await publishPlot(lake, plot, directory);
  const { url, stop } = await startSiteServer({ directory, port: 0, log: silentLog });
  closers.unshift(stop);
  return { directory, url, pages: await pagesIn(directory) };
}

async function publishPlot({ root, deps }: TestLake, plot: Plot, siteDirectory: string): Promise<void> {
  await mkdir(siteDirectory);
  const { scratchDirectory, hdfs } = deps;
  await deps.withDatabase((connection) =>
    writeYellow(connection, { hdfs, root, directory: scratchDirectory }, playPlot(plot)),
  );
  const ends = plot.broadcasts.map(({ from, minutes }) => Date.parse(from) + minutes * 60_000);
  const now = Math.max(...ends) + 3_600_000;
  const days = new Set(ends.sort((a, b) => a - b).map((end) => dayOf(hourOf(end))));
  for (const day of days)
    await publish(
      {
        ...deps,
        siteDirectory,
        readTroubles: async () => [],
        readSettings: async () => ({ showChatters: true }),
        now: () => now,
        log: silentLog,
      },
      day,
      new AbortController().signal,
    );
}

async function pagesIn(directory: string): Promise<string[]> {
  const pages: string[] = [];
  for await (const file of glob('**/index.html', { cwd: directory })) pages.push(file.replace(/index\.html$/, ''));
  return pages.sort();
}

/** Pages of one kind have one: `ko/2026-11-25/` → `day`, `channels/7/` → `channels`, the front page → `front`. */
export function kindOf(page: string): string {
  const path = page.replace(/^ko\//, '');
  if (path === '') return 'front';
  if (/^\d{4}-\d\d-\d\d\//.test(path)) return 'day';
  return path.split('/')[0] ?? '';
}

/** The first page of each kind. */
export function onePageOfEachKind(pages: readonly string[]): string[] {
  return [...new Map(pages.toReversed().map((page) => [kindOf(page), page])).values()].sort();
}

after(async function closeSites() {
  this.timeout(60_000);
  for (const close of closers) await close();
});
