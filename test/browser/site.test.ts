import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BrowserContext, Page } from 'playwright-core';
import { seriousViolations } from './accessibility.ts';
import { BROWSER_TIMEOUT_MS, sharedBrowser } from './chromium.ts';
import { faultsOfCharts } from './drawn-charts.ts';
import { kindOf, madeSite, onePageOfEachKind } from './made-site.ts';
import type { MadeSite } from './made-site.ts';
import { heardFrom } from './open-page.ts';
import { linksOf } from './page-structure.ts';
import { isTrueSoon } from './until.ts';

const WIDTHS = [1280, 390];
const SCHEMES = ['light', 'dark'] as const;
const HEIGHT = 900;

/** What is wrong, by page and, if it depends on it, by look. */
type Faults = Record<string, unknown>;

describe('each page of the site, in a browser', function () {
  this.timeout(BROWSER_TIMEOUT_MS);
  let site: MadeSite;
  let context: BrowserContext;
  before(async () => {
    site = await madeSite('pleasant');
    context = await (await sharedBrowser()).newContext({ viewport: { width: 1280, height: HEIGHT } });
  });
  after(() => context?.close());

  /** Pages with different contents and the same markup: the first of each kind in each language. */
  const typicalPages = (): string[] => [
    ...onePageOfEachKind(site.pages.filter((page) => !page.startsWith('ko/'))),
    ...onePageOfEachKind(site.pages.filter((page) => page.startsWith('ko/'))),
  ];

  describe('as the server of the site serves it', () => {
    const [heard, charts, wide, serious]: [Faults, Faults, Faults, Faults] = [{}, {}, {}, {}];
    before(async () => {
      const typical = new Set(typicalPages());
      for (const path of site.pages) {
        const page = await context.newPage();
        const said = heardFrom(page, site.url);
        await page.goto(`${site.url}/${path}`);
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: HEIGHT });
          const look = `/${path} at ${width} px`;
          note(charts, look, await faultsOfCharts(page));
          note(wide, look, await tooWide(page));
          if (!typical.has(path)) continue;
          // Both languages have the same colours.
          for (const colorScheme of path.startsWith('ko/') ? SCHEMES.slice(0, 1) : SCHEMES) {
            await page.emulateMedia({ colorScheme });
            const violations = await seriousViolations(page);
            note(serious, `${look}, ${colorScheme}`, violations.length === 0 ? undefined : violations);
          }
        }
        note(heard, `/${path}`, said.length === 0 ? undefined : said);
        await page.close();
      }
    });

    it('says nothing in the console, asks no other site, and lacks no file', () => assert.deepEqual(heard, {}));
    it('has every chart drawn with the marks of its figure, or told that there are no data', () =>
      assert.deepEqual(charts, {}));
    it('fits 390 and 1280 px', () => assert.deepEqual(wide, {}));
    it('breaks no serious rule of axe-core, light and dark, wide and narrow', () => assert.deepEqual(serious, {}));
  });

  it('has a twin in the other language, and every kind is there', () => {
    const english = site.pages.filter((page) => !page.startsWith('ko/'));
    assert.deepEqual(
      site.pages.filter((page) => page.startsWith('ko/')),
      english.map((page) => `ko/${page}`),
    );
    const kinds = new Set(site.pages.map(kindOf));
    for (const kind of ['front', 'day', 'data']) assert.ok(kinds.has(kind), `a page of the kind ${kind}`);
  });

  it('leads by each relative link to a file that exists', async () => {
    const broken: Faults = {};
    for (const path of site.pages) {
      const links = linksOf(await readFile(join(site.directory, path, 'index.html'), 'utf8'));
      const missing = links.filter(
        (link) => isRelative(link) && !existsSync(targetOf(join(site.directory, path), link)),
      );
      note(broken, `/${path}`, missing.length === 0 ? undefined : missing);
    }
    assert.deepEqual(broken, {});
  });

  it('is styled and drawn from the file system, too', async () => {
    const faults: Faults = {};
    const page = await context.newPage();
    const said = heardFrom(page, site.url);
    await page.goto(`${site.url}/${site.pages[0]}`);
    const style = await styleOf(page);
    for (const path of typicalPages()) {
      await page.goto(pathToFileURL(join(site.directory, path, 'index.html')).href);
      note(faults, `/${path}`, await faultsOfCharts(page));
      assert.equal(await styleOf(page), style, path);
    }
    assert.deepEqual(faults, {});
    assert.deepEqual(said, []);
    await page.close();
  });

  it('can be read without JavaScript: its texts, its tables, the rows of its charts', async () => {
    const plain = await (await sharedBrowser()).newContext({ javaScriptEnabled: false });
    const page = await plain.newPage();
    const faults: Faults = {};
    for (const path of typicalPages()) {
      await page.goto(`${site.url}/${path}`);
      for (const summary of await page.locator('summary').all()) await summary.click();
      const unseen = await page.evaluate<string[]>(UNSEEN);
      note(faults, `/${path}`, unseen.length === 0 ? undefined : unseen);
      const text = await page.locator('main').innerText();
      assert.ok(text.length > 300, `${path} says: ${text}`);
    }
    assert.deepEqual(faults, {});
    await plain.close();
  });
});

describe('the checks of pages', function () {
  this.timeout(BROWSER_TIMEOUT_MS);

  it('find a faint text, and a chart that is not drawn', async () => {
    const page = await (await sharedBrowser()).newPage();
    await page.setContent(`<html lang="en"><title>x</title><p style="color: #ccc; background: #fff">faint</p>
      <script type="application/json" id="charts">{"viewers":{"data":[{"type":"scatter","x":[1]}]}}</script>
      <div data-chart="viewers" data-empty="none"><div class="main-svg"></div></div>`);
    assert.match((await seriousViolations(page)).join(), /color-contrast/);
    assert.equal(await faultsOfCharts(page), 'viewers has scatter and draws nothing');
    await page.close();
  });
});

/** Headings, sentences and cells that have no text, or of which nothing is to be seen. */
const UNSEEN = `[...document.querySelectorAll('main :is(h1, h2, h3, p, dt, dd, th, td, figcaption)')]
  .filter((it) => !it.hidden && (it.textContent.trim() === '' || it.getClientRects().length === 0))
  .map((it) => it.outerHTML.slice(0, 200))`;

const styleOf = (page: Page): Promise<string> =>
  page.evaluate<string>(
    `(({ backgroundColor, fontFamily, margin }) => [backgroundColor, fontFamily, margin].join())(getComputedStyle(document.body))`,
  );

/** plotly.js adapts charts to a new width a moment after it changes. */
async function tooWide(page: Page): Promise<string | undefined> {
  if (await isTrueSoon(page, 'document.documentElement.scrollWidth <= window.innerWidth')) return undefined;
  return page.evaluate<string>('`${document.documentElement.scrollWidth} px wide`');
}

function note(faults: Faults, where: string, fault: unknown): void {
  if (fault !== undefined) faults[where] = fault;
}

const isRelative = (link: string): boolean => !/^[a-z]+:/i.test(link) && !link.startsWith('#');

function targetOf(directory: string, link: string): string {
  const { pathname } = new URL(link, pathToFileURL(join(directory, 'index.html')));
  return decodeURIComponent(pathname);
}
