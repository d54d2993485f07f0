import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabases } from '../../activities/duckdb/database.ts';
import { readDay } from '../../activities/report/read-day.ts';
import { publishAssets, publishFile } from '../../activities/report/site-files.ts';
import type { Site } from '../../infra/site-server/site.ts';
import { dayPage } from '../../viz/pages/day-page.ts';
import { indexPage } from '../../viz/pages/index-page.ts';
import { ODD_TEXTS, SANE, writeTable } from '../activities/report/odd-yellow.ts';
import type { Row } from '../activities/report/odd-yellow.ts';
import { openPage } from './open-page.ts';
import type { OpenedPage } from './open-page.ts';

const DAY = '2026-11-25';
const LONG = {
  latin: 'The Legend of the Very Long Category Name That Somebody Really Gave It!!',
  hangul:
    '하늘에서내리는일억개의별과아주긴이름을가진게임그리고그뒤에이어지는끝나지않는모험의이야기하늘에서내리는일억개의별과아주긴이름을가진게임',
  joined: '👩🏽‍🚀'.repeat(72),
};

/** Tests of a published report in a browser, for each server of the site. */
export function reportPageContract(start: (directory: string) => Promise<Pick<Site, 'url' | 'stop'>>): void {
  let directory: string;
  let site: Pick<Site, 'url' | 'stop'>;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'chatlake-report-'));
    await publishSite(join(directory, 'site'), directory);
    site = await start(join(directory, 'site'));
  });
  after(async () => {
    await site?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const open = (path: string, width: number, colorScheme: 'light' | 'dark'): Promise<OpenedPage> =>
    openPage(`${site.url}${path}`, width, colorScheme);

  for (const width of [1280, 390])
    for (const colorScheme of ['light', 'dark'] as const) {
      it(`is drawn at ${width} px, ${colorScheme}, with a clean console`, async () => {
        const { page, said } = await open(`/${DAY}/`, width, colorScheme);
        await page.locator('[data-chart="topCategories"] .bars').waitFor({ state: 'attached' });
        assert.equal((await page.locator('.main-svg').count()) > 0, true);
        await page.locator('[data-chart="topCategories"] .point').first().hover({ force: true });
        assert.deepEqual(said, []);
        assert.equal(
          await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth'),
          true,
          'nothing is wider than the screen',
        );
        const heights = await page.evaluate<number[]>(
          `[...document.querySelectorAll('th')].map((head) => head.getBoundingClientRect().height)`,
        );
        assert.ok(Math.max(...heights) < 80, `a table's head is ${Math.max(...heights)} px high: a column has no room`);
        await page.context().close();
      });
      it(`lists the days at ${width} px, ${colorScheme}, with a clean console`, async () => {
        const { page, said } = await open('/', width, colorScheme);
        await page.getByRole('link', { name: DAY }).waitFor();
        assert.deepEqual(said, []);
        await page.context().close();
      });
    }

  for (const width of [1280, 390])
    it(`leaves most of a chart to the bars at ${width} px, even with long labels`, async () => {
      const { page } = await open(`/${DAY}/`, width, 'light');
      const chart = page.locator('[data-chart="topCategories"]');
      await chart.locator('.bars').waitFor({ state: 'attached' });
      const whole = (await chart.boundingBox())?.width ?? 0;
      const plot = await page.evaluate<number>(
        `document.querySelector('[data-chart="topCategories"]')._fullLayout._size.w`,
      );
      assert.ok(plot > whole * 0.5, `${plot} of ${whole} px`);
      const labels = await chart.locator('.ytick text').allTextContents();
      for (const name of Object.values(LONG)) {
        const label = labels.find((it) => name.startsWith(it.replace('…', '')) && it.endsWith('…'));
        assert.ok(label !== undefined && label.length > 4, `a cut label of ${name} among ${labels.join(', ')}`);
        assert.equal(
          (await page.getByRole('cell', { name, exact: true }).count()) > 0,
          true,
          'the whole name in the table',
        );
      }
      await page.context().close();
    });
}

async function publishSite(site: string, scratchDirectory: string): Promise<void> {
  const withDatabase = createDatabases({ scratchDirectory, memoryLimitMb: 256, threads: 1 });
  const names = [...Object.values(LONG).map((name) => `'${name}'`), ...ODD_TEXTS];
  const streams: Row[] = names.flatMap((name, at) =>
    [0, 1, 2].map((poll) => ({
      ...SANE.streams,
      polled_at: `TIMESTAMPTZ '${DAY} 1${poll}:00:00+00'`,
      channel_id: `'${at}'`,
      channel_login: at < 3 ? `'channel${at}'` : name,
      channel_name: name,
      game_name: name,
      title: name,
      viewer_count: String(90_000 - at * 3_000 - poll * 1_000),
    })),
  );
  const chat: Row[] = names.map((name, at) => ({ ...SANE.chat, channel_id: `'${at}'`, channel_login: name }));
  const coverage: Row[] = names.map((name) => ({ ...SANE.coverage, channel_login: name, reason: name, kind: name }));
  const rows = { streams, chat, coverage, tallies: [SANE.tallies], moderation: [SANE.moderation] };
  const data = await withDatabase(async (connection) => {
    const files = { chat: '', streams: '', coverage: '', tallies: '', moderation: '' };
    for (const table of ['chat', 'streams', 'coverage', 'tallies', 'moderation'] as const) {
      files[table] = join(scratchDirectory, `${table}.parquet`);
      await writeTable(connection, table, rows[table], files[table]);
    }
    const lists = Object.fromEntries(Object.entries(files).map(([table, file]) => [table, [file]])) as Record<
      keyof typeof files,
      string[]
    >;
    return readDay(
      connection,
      DAY,
      { files: { ...lists, quarantine: [] }, hours: 1, completeHours: 1, gaps: [], removed: undefined, troubles: [] },
      new Date(`${DAY}T13:00:00Z`),
    );
  });
  const assets = await publishAssets(site);
  await publishFile(join(site, DAY, 'index.html'), dayPage(data, assets));
  const days = [
    { day: DAY, summary: data.summary },
    { day: '2026-11-24', summary: undefined },
  ];
  await publishFile(join(site, 'index.html'), indexPage(days, [], assets));
}
