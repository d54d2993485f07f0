import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BROWSER_TIMEOUT_MS, sharedBrowser } from './chromium.ts';
import { faultsOfCharts } from './drawn-charts.ts';
import { kindOf, madeSite } from './made-site.ts';
import type { MadeSite } from './made-site.ts';
import { heardFrom } from './open-page.ts';
import { linksOf, structureOf } from './page-structure.ts';
import { PAYLOADS } from './payloads.ts';
import { isTrueSoon } from './until.ts';

/** What depends on the rows: the box of a long text, a table without rows, the note of a table that has only the first hundred. */
const USUAL_ELSEWHERE = new Set(['div', 'div[class]', 'div.long', 'td[colspan]', 'span[data-site-only]']);

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

  it('shows each text as it is, but for those with controls and very long ones', async () => {
    const pages = await Promise.all(hostile.pages.map((path) => sourceOf(hostile, path)));
    const all = pages.join('');
    const plain = PAYLOADS.filter((text) => !HAS_CONTROLS.test(text) && text.length <= 1_000);
    assert.ok(plain.length > 40);
    const missing = plain.filter((text) => !all.includes(asMarkup(text)));
    assert.deepEqual(missing, []);
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
    /** The elements of the charts of a page, after the mouse has been on each of them. */
    const look = async (site: MadeSite, path: string): Promise<string[]> => {
      const page = await context.newPage();
      const said = heardFrom(page, site.url);
      await page.goto(`${site.url}/${path}`);
      assert.equal(await faultsOfCharts(page), undefined, path);
      for (const area of await page.locator('.nsewdrag.drag').all()) await area.hover({ force: true });
      const names = await page.evaluate<string[]>(DRAWN);
      assert.equal(await page.evaluate('window.broken'), undefined, path);
      assert.ok(await isTrueSoon(page, 'document.documentElement.scrollWidth <= window.innerWidth'), path);
      assert.deepEqual(said, [], path);
      await page.close();
      return names;
    };
    const english = (site: MadeSite): string[] => site.pages.filter((path) => !path.startsWith('ko/'));
    const usual = new Set<string>();
    for (const path of english(pleasant)) for (const name of await look(pleasant, path)) usual.add(name);
    for (const path of english(hostile)) {
      const added = (await look(hostile, path)).filter((name) => !usual.has(name));
      assert.deepEqual(added, [], path);
    }
    await context.close();
  });
});

const HAS_CONTROLS = /[\p{C}\u2028\u2029]/u;

const asMarkup = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');

/** The elements of the charts as they are drawn, with the names of their attributes. */
const DRAWN = `[...new Set([...document.querySelectorAll('.js-plotly-plot *')].flatMap((it) =>
  [it.localName, ...it.getAttributeNames().map((name) => it.localName + '[' + name + ']')]))]`;
