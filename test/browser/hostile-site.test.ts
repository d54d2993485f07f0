import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { BROWSER_TIMEOUT_MS, sharedBrowser } from './chromium.ts';
import { faultsOfCharts } from './drawn-charts.ts';
import { kindOf, madeSite } from './made-site.ts';
import type { MadeSite } from './made-site.ts';
import { heardFrom } from './open-page.ts';
import { linksOf, structureOf } from './page-structure.ts';
import { PAYLOADS } from './payloads.ts';

/** The box of a long text in a table, and a table without rows. Pleasant texts are short, and each pleasant table has rows. */
const USUAL_ELSEWHERE = new Set(['div', 'div[class]', 'div.long', 'td[colspan]']);

/** What stands in the place of a chart without rows. */
const EMPTY_CHART = new Set(['p', 'p[class]']);

/** Addresses that pages of the product link to. */
const LINK = /^(#[\w-]+|data:,|(\.\.\/)*([\w-]+\/)*[\w.-]+|https:\/\/www\.twitch\.tv\/(\w+|videos\/\d+(\?t=\w+)?))$/;

describe('a site of hostile names, titles, categories, words, emotes, reasons and ids', function () {
  this.timeout(BROWSER_TIMEOUT_MS);
  let pleasant: MadeSite;
  let hostile: MadeSite;
  before(async () => {
    pleasant = await madeSite('pleasant');
    hostile = await madeSite('hostile');
  });

  const sourceOf = (site: MadeSite, path: string): Promise<string> =>
    readFile(join(site.directory, path, 'index.html'), 'utf8');

  /** What the pages of each kind are built of. */
  async function structuresOf(site: MadeSite): Promise<Map<string, Set<string>>> {
    const found = new Map<string, Set<string>>();
    for (const path of site.pages) {
      const before = found.get(kindOf(path)) ?? new Set();
      found.set(kindOf(path), new Set([...before, ...structureOf(await sourceOf(site, path))]));
    }
    return found;
  }

  it('has a page of each kind, and none that is named by a text', () => {
    assert.deepEqual(new Set(hostile.pages.map(kindOf)), new Set(pleasant.pages.map(kindOf)));
    for (const path of hostile.pages) assert.match(path, /^(ko\/)?([\w-]+\/)?(\d+\/)?$/);
  });

  it('shows the texts: nearly all are in its pages as they are', async () => {
    const pages = await Promise.all(hostile.pages.map((path) => sourceOf(hostile, path)));
    const all = pages.join('');
    const shown = PAYLOADS.filter((text) => all.includes(text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;'))); // prettier-ignore
    assert.ok(shown.length > PAYLOADS.length - 6, `${shown.length} of ${PAYLOADS.length}`);
  });

  it('is built of the elements, attributes and classes of a pleasant site, and of no other', async () => {
    const usual = await structuresOf(pleasant);
    const added: Record<string, string[]> = {};
    for (const path of hostile.pages) {
      const own = structureOf(await sourceOf(hostile, path));
      const more = [...own].filter((it) => !USUAL_ELSEWHERE.has(it) && usual.get(kindOf(path))?.has(it) !== true);
      if (more.length > 0) added[path] = more;
    }
    assert.deepEqual(added, {});
  });

  it('links only to its own files and to Twitch', async () => {
    const odd: Record<string, string[]> = {};
    for (const path of hostile.pages) {
      const links = linksOf(await sourceOf(hostile, path)).filter((link) => !LINK.test(link));
      if (links.length > 0) odd[path] = links;
    }
    assert.deepEqual(odd, {});
  });

  it('runs nothing, asks nobody, draws its charts of the usual elements, and fits the screen', async () => {
    const context = await (await sharedBrowser()).newContext({ viewport: { width: 390, height: 900 } });
    const walk = async (site: MadeSite, path: string, look: (page: Page) => Promise<void>): Promise<void> => {
      const page = await context.newPage();
      const said = heardFrom(page, site.url);
      await page.goto(`${site.url}/${path}`);
      assert.equal(await faultsOfCharts(page), undefined, path);
      await look(page);
      assert.deepEqual(said, [], path);
      await page.close();
    };
    const usual = new Set<string>();
    const english = (site: MadeSite): string[] => site.pages.filter((path) => !path.startsWith('ko/'));
    for (const path of english(pleasant))
      await walk(pleasant, path, async (page) => {
        for (const name of await page.evaluate<string[]>(DRAWN)) usual.add(name);
      });
    for (const path of english(hostile))
      await walk(hostile, path, async (page) => {
        const added = (await page.evaluate<string[]>(DRAWN)).filter(
          (name) => !usual.has(name) && !EMPTY_CHART.has(name),
        );
        assert.deepEqual(added, [], path);
        assert.equal(await page.evaluate('window.broken'), undefined, path);
        assert.equal(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth'), true, path);
        for (const chart of await page.locator('[data-chart]').all())
          await chart.locator('.nsewdrag').first().hover({ force: true, timeout: 2_000 }).catch(() => {}); // prettier-ignore
        assert.deepEqual((await page.evaluate<string[]>(DRAWN)).filter((name) => /^(a|img|script|iframe)\b/.test(name)), []); // prettier-ignore
      });
    await context.close();
  });
});

/** The elements of the charts as they are drawn, with the names of their attributes. */
const DRAWN = `[...new Set([...document.querySelectorAll('[data-chart] *')].flatMap((it) =>
  [it.localName, ...it.getAttributeNames().map((name) => it.localName + '[' + name + ']')]))]`;
