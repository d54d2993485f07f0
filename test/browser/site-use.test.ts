import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import type { Locator, Page } from 'playwright-core';
import { localeOf } from '../../viz/locale.ts';
import { BROWSER_TIMEOUT_MS } from './chromium.ts';
import { madeSite } from './made-site.ts';
import type { MadeSite } from './made-site.ts';
import { openPage } from './open-page.ts';
import { DAYS } from './pleasant-plot.ts';
import { isTrueSoon } from './until.ts';

const [FIRST_DAY, LAST_DAY] = DAYS;
const CHART = 'viewers';

describe('whoever reads the site', function () {
  this.timeout(BROWSER_TIMEOUT_MS);
  let site: MadeSite;
  before(async () => {
    site = await madeSite('pleasant');
  });

  /** Opens a page, uses it, and checks that nothing went wrong meanwhile. */
  async function using(path: string, use: (page: Page) => Promise<void>): Promise<void> {
    const { page, said } = await openPage(`${site.url}/${path}`);
    await use(page);
    assert.deepEqual(said, []);
    await page.context().close();
  }

  const chartOf = (page: Page): Locator => page.locator(`[data-chart="${CHART}"]`);
  const plotArea = async (page: Page): Promise<{ x: number; y: number; width: number; height: number }> => {
    await chartOf(page).scrollIntoViewIfNeeded();
    const box = await chartOf(page).locator('.nsewdrag').first().boundingBox();
    assert.ok(box);
    return box;
  };

  it('finds a channel by a part of its name', () =>
    using('', async (page) => {
      const input = page.locator('[data-search]').first();
      const rows = page.locator(`#${await input.getAttribute('data-search')} tbody tr:visible`);
      assert.ok((await rows.count()) > 3);
      await input.fill('CHESS');
      assert.equal(await rows.count(), 1);
      assert.match(await rows.first().innerText(), /ChessRoom/);
      await input.fill('nobody has this name');
      assert.equal(await rows.count(), 0);
      await input.fill('');
      assert.ok((await rows.count()) > 3);
    }));

  it('goes to a day, to the other language, and back to the front page', () =>
    using('', async (page) => {
      await page.getByRole('link', { name: localeOf('en').day(FIRST_DAY) }).click();
      await page.getByRole('heading', { level: 1, name: localeOf('en').day(FIRST_DAY) }).waitFor();
      await page.getByRole('link', { name: '한국어' }).click();
      await page.getByRole('heading', { level: 1, name: localeOf('ko').day(FIRST_DAY) }).waitFor();
      assert.equal(new URL(page.url()).pathname, `/ko/${FIRST_DAY}/index.html`);
      await page.locator('a.home').click();
      await page.getByRole('link', { name: localeOf('ko').day(LAST_DAY) }).waitFor();
      assert.equal(new URL(page.url()).pathname, '/ko/index.html');
    }));

  it('sees the values of a chart under the mouse', () =>
    using(`${LAST_DAY}/`, async (page) => {
      const { x, y, width, height } = await plotArea(page);
      await page.mouse.move(x + width / 2, y + height / 2);
      const label = chartOf(page).locator('.hoverlayer');
      await label.getByText('ChessRoom').first().waitFor();
      assert.match(String(await label.textContent()), /2,\d{3}|3,\d{3}/);
    }));

  it('zooms into a chart, and out again by a double click', () =>
    using(`${LAST_DAY}/`, async (page) => {
      const range = `String(document.querySelector('[data-chart="${CHART}"]')._fullLayout.xaxis.range)`;
      const before = await page.evaluate<string>(range);
      const { x, y, width, height } = await plotArea(page);
      await page.mouse.move(x + width * 0.3, y + height / 2);
      await page.mouse.down();
      await page.mouse.move(x + width * 0.6, y + height / 2, { steps: 5 });
      await page.mouse.up();
      assert.ok(await isTrueSoon(page, `${range} !== ${JSON.stringify(before)}`));
      await page.mouse.dblclick(x + width / 2, y + height / 2);
      assert.ok(await isTrueSoon(page, `${range} === ${JSON.stringify(before)}`));
    }));

  it('gets the rows of each chart of a page as CSV and as Parquet', () =>
    using(`${LAST_DAY}/`, async (page) => {
      for (const summary of await page.locator('summary').all()) await summary.click();
      const links = await page.locator('a[download]').all();
      assert.ok(links.length >= 4);
      for (const link of links) {
        const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
        const content = await readFile(await download.path());
        if (download.suggestedFilename().endsWith('.parquet')) {
          assert.equal(content.toString('latin1', 0, 4), 'PAR1');
          assert.equal(content.toString('latin1', content.length - 4), 'PAR1');
        } else assert.ok(content.toString().split('\r\n').length > 2, download.suggestedFilename());
      }
    }));

  it('has other colours in the dark, in texts and in charts', () =>
    using(`${LAST_DAY}/`, async (page) => {
      const colours = [
        'getComputedStyle(document.body).backgroundColor',
        'getComputedStyle(document.body).color',
        `document.querySelector('[data-chart="${CHART}"]').data[0].line.color`,
      ];
      const light = await Promise.all(colours.map((colour) => page.evaluate<string>(colour)));
      await page.emulateMedia({ colorScheme: 'dark' });
      for (const [index, colour] of colours.entries())
        assert.ok(
          await isTrueSoon(page, `${colour} !== ${JSON.stringify(light[index])}`),
          `${colour} is ${light[index]}`,
        );
    }));
});
