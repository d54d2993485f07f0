import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { createDatabases } from '../../activities/duckdb/database.ts';
import { chartFiles } from '../../activities/report/chart-files.ts';
import { readParts } from '../../activities/report/read-parts.ts';
import { readDay } from '../../activities/report/read-day.ts';
import { publishAssets, publishFile, publishPage } from '../../activities/report/site-files.ts';
import type { Site } from '../../infra/site-server/site.ts';
import { DAY_CHARTS } from '../../viz/charts/day/index.ts';
import { localeOf } from '../../viz/locale.ts';
import { dayPage } from '../../viz/pages/day-page.ts';
import { OVERVIEW_PARTS, overviewPage } from '../../viz/pages/overview-page.ts';
import { directoryOf } from '../../viz/pages/place.ts';
import { LANGUAGES } from '../../viz/words.ts';
import { ODD_TEXTS, SANE, writeTable } from '../activities/report/odd-yellow.ts';
import type { Row } from '../activities/report/odd-yellow.ts';
import { rollUpFiles } from '../integration/rolled-up.ts';
import { openPage } from './open-page.ts';
import type { OpenedPage } from './open-page.ts';

export const DAY = '2026-11-25';
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

  for (const language of LANGUAGES)
    for (const width of [1280, 390])
      for (const colorScheme of ['light', 'dark'] as const) {
        const at = (path: string): string => `/${directoryOf({ language, path })}`;
        it(`is drawn at ${width} px, ${colorScheme}, in ${language}, with a clean console`, async () => {
          const { page, said } = await open(at(`${DAY}/`), width, colorScheme);
          await page.locator('[data-chart="topCategories"] .bars').waitFor({ state: 'attached' });
          assert.equal((await page.locator('.main-svg').count()) > 0, true);
          await page.locator('[data-chart="topCategories"] .point').first().hover({ force: true });
          assert.deepEqual(said, []);
          await fits(page);
          const heights = await page.evaluate<number[]>(
            `[...document.querySelectorAll('th')].map((head) => head.getBoundingClientRect().height)`,
          );
          const highest = Math.max(...heights);
          // Three lines are 81 px high.
          assert.ok(highest < 90, `a table's head is ${highest} px high: a column has no room`);
          await page.context().close();
        });
        it(`lists the days at ${width} px, ${colorScheme}, in ${language}, with a clean console`, async () => {
          const { page, said } = await open(at(''), width, colorScheme);
          await page.getByRole('link', { name: localeOf(language).day(DAY) }).waitFor();
          assert.deepEqual(said, []);
          await fits(page);
          await page.context().close();
        });
      }

  it('leads to its twin and back by links, from a server and from the file system', async () => {
    for (const base of [site.url, pathToFileURL(join(directory, 'site')).href]) {
      const { page, said } = await openPage(`${base}/index.html`);
      await page.getByRole('link', { name: localeOf('en').day(DAY) }).click();
      await page.locator('.js-plotly-plot .main-svg').first().waitFor({ state: 'attached' });
      await page.getByRole('link', { name: '한국어' }).click();
      await page.locator('html[lang="ko"] .js-plotly-plot .main-svg').first().waitFor({ state: 'attached' });
      assert.ok(page.url().endsWith(`/ko/${DAY}/index.html`), page.url());
      await page.getByRole('link', { name: 'Chatlake' }).click();
      await page.getByRole('heading', { name: '트위치 채팅', exact: true }).waitFor();
      await page.getByRole('link', { name: 'English' }).click();
      await page.getByRole('heading', { name: 'Twitch chat', exact: true }).waitFor();
      assert.deepEqual(said, []);
      await page.context().close();
    }
  });

  it('opens the rows and the query of a chart by keyboard, and downloads its files', async () => {
    const { page, said } = await open(`/ko/${DAY}/`, 390, 'light');
    const details = page.locator('details', { hasText: localeOf('ko').text('topChannels.title') });
    await details.locator('summary').focus();
    await page.keyboard.press('Enter');
    await details.getByText('SELECT').first().waitFor();
    await fits(page);
    const starts = { CSV: '\ufeffchannel,messages\r\n', Parquet: 'PAR1' };
    for (const [kind, start] of Object.entries(starts)) {
      await details.getByRole('link', { name: kind }).focus();
      const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
      assert.equal(download.suggestedFilename(), `top-channels.${kind.toLowerCase()}`);
      const content = await readFile(await download.path(), 'utf8');
      assert.ok(content.startsWith(start), content.slice(0, 40));
    }
    assert.deepEqual(said, []);
    await page.context().close();
  });

  it('gives a channel one name and one colour in all charts and tables', async () => {
    const { page, said } = await open(`/${DAY}/`, 1280, 'light');
    await page.locator('[data-chart="topChannels"] .bars').waitFor({ state: 'attached' });
    const colours = async (chart: string): Promise<Map<string, string>> =>
      new Map(
        await page.evaluate<[string, string][]>(
          `document.querySelector('[data-chart="${chart}"]').data.map(({ name, marker }) => [name, marker.color])`,
        ),
      );
    const [minutes, viewers] = [await colours('messagesPerMinute'), await colours('viewers')];
    const both = [...viewers.keys()].filter((name) => minutes.has(name));
    assert.ok(both.length > 2);
    for (const name of both) assert.equal(viewers.get(name), minutes.get(name), name);
    const bars = await page.evaluate<string[]>(
      `document.querySelector('[data-chart="topChannels"]').data[0].marker.color`,
    );
    assert.deepEqual(bars, [...minutes.values()].slice(0, bars.length));
    assert.equal(new Set(bars).size, bars.length);
    assert.deepEqual(said, []);
    await page.context().close();
  });

  it('tells each chart without JavaScript: a sentence, the rows, the query', async () => {
    const { page } = await openPage(`${site.url}/${DAY}/`, 1280, 'light', { javaScriptEnabled: false });
    for (const { title } of Object.values(DAY_CHARTS)) {
      const heading = page.getByRole('heading', { name: localeOf('en').text(title), exact: true });
      const section = page.locator('section', { has: heading });
      assert.match(String(await section.locator('figcaption').textContent()), /\d/);
      await section.locator('summary').click();
      assert.ok((await section.locator('tbody tr').count()) > 1);
      assert.ok(await section.locator('pre').isVisible());
    }
    await page.context().close();
  });

  describe('shows times', () => {
    /** The newest message is of noon in UTC. */
    const newest = (page: Page): Promise<string | null> => page.locator('dl.figures time').textContent();
    const firstMinute = (page: Page): Promise<string> =>
      page.evaluate<string>(`document.querySelector('[data-chart="messagesPerMinute"]').data[0].x[0]`);
    const axisTitle = (page: Page): Promise<string | null> =>
      page.locator('[data-chart="messagesPerMinute"] .xtitle').textContent();
    const drawn = (page: Page): Promise<void> =>
      page.locator('[data-chart="messagesPerMinute"] .bars').first().waitFor({ state: 'attached' });

    it('of the reader’s zone on English pages, in texts and charts', async () => {
      const { page } = await openPage(`${site.url}/${DAY}/`, 1280, 'light', { timezoneId: 'America/New_York' });
      await drawn(page);
      assert.match(String(await newest(page)), /^Nov 25, 07:00:00 EST$/);
      assert.equal(await firstMinute(page), `${DAY} 07:00:00`);
      assert.equal(await axisTitle(page), 'Eastern Time');
      assert.match(String(await page.locator('footer').textContent()), /Times: Eastern Time\./);
      assert.match(String(await page.locator('th.time').last().textContent()), /Time \(Eastern Time\)/);
      await page.context().close();
    });
    it('of Seoul on Korean pages, whatever the reader’s zone', async () => {
      const { page } = await openPage(`${site.url}/ko/${DAY}/`, 1280, 'light', { timezoneId: 'America/New_York' });
      await drawn(page);
      assert.equal(await newest(page), '11월 25일 21:00:00 GMT+9');
      assert.equal(await firstMinute(page), `${DAY} 21:00:00`);
      assert.equal(await axisTitle(page), '한국 표준시');
      assert.match(String(await page.locator('footer').textContent()), /시각 기준: 한국 표준시\./);
      await page.context().close();
    });
    it('of UTC on English pages without JavaScript, and says so', async () => {
      const { page } = await openPage(`${site.url}/${DAY}/`, 1280, 'light', {
        timezoneId: 'America/New_York',
        javaScriptEnabled: false,
      });
      assert.equal(await newest(page), 'Nov 25, 12:00:00 UTC');
      assert.match(String(await page.locator('footer').textContent()), /Times: UTC\./);
      await page.context().close();
    });
  });

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

async function fits(page: Page): Promise<void> {
  const isWide = await page.evaluate('document.documentElement.scrollWidth > window.innerWidth');
  assert.equal(isWide, false, 'nothing is wider than the screen');
}

/** Publishes a day with odd names, and the front page. */
export async function publishSite(site: string, scratchDirectory: string): Promise<void> {
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
  const { data, overview, charts } = await withDatabase(async (connection) => {
    const files: Partial<Record<keyof typeof rows, string>> = {};
    for (const table of ['chat', 'streams', 'coverage', 'tallies', 'moderation'] as const) {
      const file = join(scratchDirectory, `${table}.parquet`);
      await writeTable(connection, table, rows[table], file);
      files[table] = file;
    }
    await rollUpFiles(connection, scratchDirectory, `${DAY}T12`, files);
    const read = await readDay(
      connection,
      DAY,
      { hours: 1, completeHours: 1, gaps: [], removed: undefined, troubles: [] },
      new Date(`${DAY}T13:00:00Z`),
    );
    const overview = await readParts(connection, OVERVIEW_PARTS);
    return { data: read, overview, charts: await chartFiles(connection, DAY_CHARTS, read.rows, scratchDirectory) };
  });
  for (const [name, content] of charts) await publishFile(join(site, DAY, name), content);
  const assets = await publishAssets(site);
  const editions = LANGUAGES.map((language) => ({ locale: localeOf(language), assets, pages: new Set<string>() }));
  const days = [
    { day: DAY, languages: LANGUAGES, summary: data.summary },
    { day: '2026-11-24', languages: LANGUAGES, summary: undefined },
  ];
  for (const edition of editions) {
    const { language } = edition.locale;
    await publishPage(site, { language, path: `${DAY}/` }, dayPage(data, edition));
    await publishPage(
      site,
      { language, path: '' },
      overviewPage({ days, notebooks: [], rows: overview, newestMessageAt: null }, edition),
    );
  }
}
