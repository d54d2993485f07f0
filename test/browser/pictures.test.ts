import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';
import type { Page } from 'playwright-core';
import { BROWSER_TIMEOUT_MS } from './chromium.ts';
import { faultsOfCharts } from './drawn-charts.ts';
import { kindOf, madeSite, onePageOfEachKind } from './made-site.ts';
import type { MadeSite } from './made-site.ts';
import { openPage } from './open-page.ts';

const PICTURES = join(import.meta.dirname, 'pictures');
const LOOKS = [
  { width: 1280, colorScheme: 'light' },
  { width: 390, colorScheme: 'light' },
  { width: 1280, colorScheme: 'dark' },
] as const;
/** The rest of a long page is tables. */
const HIGHEST = 2_000;
/** The share of pixels that may differ. Edges of letters are not counted. */
const MOST_DIFFERENT = 0.01;

const IS_ANEW = process.env['PICTURES'] === 'anew';

/**
 * Reference pictures of one page of each kind. After a wanted change of how pages look, `make pictures` takes them anew; look at them before
 * you commit them.
 */
describe('the pages of the site look as in their pictures', function () {
  this.timeout(BROWSER_TIMEOUT_MS);
  let site: MadeSite;
  before(async () => {
    site = await madeSite('pleasant');
    await mkdir(PICTURES, { recursive: true });
  });

  for (const { width, colorScheme } of LOOKS)
    it(`at ${width} px, ${colorScheme}`, async () => {
      const different: string[] = [];
      const actual = join(tmpdir(), 'chatlake-pictures');
      for (const path of onePageOfEachKind(site.pages.filter((page) => !page.startsWith('ko/')))) {
        const name = `${kindOf(path)}-${width}-${colorScheme}`;
        const { page } = await openPage(`${site.url}/${path}`, width, colorScheme, { timezoneId: 'UTC' });
        // A picture of more than the window would resize it, and charts would be drawn again meanwhile.
        await page.setViewportSize({ width, height: HIGHEST });
        await page.reload();
        assert.equal(await faultsOfCharts(page), undefined, path);
        const taken = await pictureOf(page, width);
        await page.context().close();
        const file = join(PICTURES, `${name}.png`);
        if (IS_ANEW) await writeFile(file, taken);
        else {
          const difference = await compare(await readFile(file).catch(() => undefined), taken);
          if (difference === undefined) continue;
          await mkdir(actual, { recursive: true });
          await writeFile(join(actual, `${name}.png`), taken);
          if (difference.picture !== undefined) await writeFile(join(actual, `${name}-difference.png`), difference.picture); // prettier-ignore
          different.push(`${name}: ${difference.reason}`);
        }
      }
      const remedy = `See ${actual}. If the pages look as they should, \`make pictures\` takes the pictures anew.`;
      assert.deepEqual(different, [], `${different.join('; ')}. ${remedy}`);
    });
});

/** The top of the page. */
async function pictureOf(page: Page, width: number): Promise<Buffer> {
  const height = await page.evaluate<number>('document.documentElement.scrollHeight');
  const clip = { x: 0, y: 0, width, height: Math.min(height, HIGHEST) };
  return page.screenshot({ clip, animations: 'disabled', caret: 'hide' });
}

/** Undefined if the pictures are alike. */
async function compare(
  wanted: Buffer | undefined,
  taken: Buffer,
): Promise<{ reason: string; picture?: Buffer } | undefined> {
  if (wanted === undefined) return { reason: 'there is no picture of it yet' };
  const [before, after] = [PNG.sync.read(wanted), PNG.sync.read(taken)];
  const { width, height } = after;
  if (before.width !== width || before.height !== height)
    return { reason: `expected ${before.width} × ${before.height} px, got ${width} × ${height}` };
  const difference = new PNG({ width, height });
  const pixels = pixelmatch(before.data, after.data, difference.data, width, height);
  const share = pixels / (width * height);
  if (share <= MOST_DIFFERENT) return undefined;
  return { reason: `${(share * 100).toFixed(1)} % of the pixels differ`, picture: PNG.sync.write(difference) };
}
