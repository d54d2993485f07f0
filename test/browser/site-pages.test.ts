import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabases } from '../../activities/duckdb/database.ts';
import { readParts } from '../../activities/report/read-parts.ts';
import { publishAssets, publishPage } from '../../activities/report/site-files.ts';
import { silentLog } from '../../common/log.ts';
import { startSiteServer } from '../../infra/site-server/server.ts';
import type { Site } from '../../infra/site-server/site.ts';
import { localeOf } from '../../viz/locale.ts';
import { AUDIENCE_PARTS, audiencePage } from '../../viz/pages/audience-page.ts';
import { CATEGORIES_PARTS, categoriesPage } from '../../viz/pages/categories-page.ts';
import { addChat, addPolls, createYellow, rollUpAll } from '../activities/report/made-up-yellow.ts';
import { BROWSER_TIMEOUT_MS } from './chromium.ts';
import { openPage } from './open-page.ts';

describe('the pages on the audience and on categories in Chromium', function () {
  this.timeout(BROWSER_TIMEOUT_MS);
  let directory: string;
  let site: Pick<Site, 'url' | 'stop'>;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'chatlake-site-'));
    const withDatabase = createDatabases({ scratchDirectory: directory, memoryLimitMb: 256, threads: 1 });
    const assets = await publishAssets(join(directory, 'site'));
    const edition = { locale: localeOf('en'), assets, pages: new Set<string>() };
    const publish = (path: string, page: string): Promise<void> =>
      publishPage(join(directory, 'site'), { language: 'en', path }, page);
    await withDatabase(async (connection) => {
      await createYellow(connection);
      await addChat(connection);
      await addPolls(connection);
      await rollUpAll(connection);
      await publish('audience/', audiencePage(await readParts(connection, AUDIENCE_PARTS), edition));
      await publish('categories/', categoriesPage(await readParts(connection, CATEGORIES_PARTS), edition));
    });
    site = await startSiteServer({ directory: join(directory, 'site'), port: 0, log: silentLog });
  });
  after(async () => {
    await site.stop();
    await rm(directory, { recursive: true, force: true });
  });

  for (const [path, charts] of [
    ['audience', 2],
    ['categories', 3],
  ] as const)
    for (const width of [390, 1280])
      it(`draw the charts of /${path}/ at ${width} px, whatever the names are`, async () => {
        const { page, said } = await openPage(`${site.url}/${path}/`, width, 'dark');
        await page.waitForFunction(`document.querySelectorAll('.js-plotly-plot .main-svg').length >= ${charts}`);
        assert.equal(await page.locator('.js-plotly-plot').count(), charts);
        assert.equal(await page.evaluate('document.documentElement.scrollWidth > window.innerWidth'), false);
        const scales = await page.evaluate<string[][]>(
          `[...document.querySelectorAll('.js-plotly-plot')].flatMap((chart) => chart._fullData).filter((trace) => trace.type === 'heatmap').map((trace) => trace.colorscale.map(([, colour]) => colour))`,
        );
        assert.deepEqual(scales, [['#262a3a', '#3d3670', '#5f4fb0', '#8b76e6', '#d5caff']]);
        assert.deepEqual(said, []);
        await page.context().close();
      });
});
