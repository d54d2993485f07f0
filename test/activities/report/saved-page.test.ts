import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { savedPage } from '../../../activities/report/saved-page.ts';
import { publishAssets, publishPage } from '../../../activities/report/site-files.ts';
import type { Refusal } from '../../../common/refusal.ts';
import { localeOf } from '../../../viz/locale.ts';
import { html } from '../../../viz/pages/html.ts';
import { layout } from '../../../viz/pages/layout.ts';

describe('savedPage(siteDirectory, address)', () => {
  let directory: string;
  let site: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'chatlake-saved-'));
    site = join(directory, 'site');
    const assets = await publishAssets(site);
    for (const [language, path] of [
      ['en', ''],
      ['en', '2026-11-25/'],
      ['ko', '2026-11-25/'],
    ] as const) {
      const title = `${language} ${path}`;
      const page = layout(
        { locale: localeOf(language), assets, pages: new Set() },
        { title, path, body: html`<p>x</p>` },
      );
      await publishPage(site, { language, path }, page);
    }
    await writeFile(join(directory, 'index.html'), 'outside');
    const outside = '<html><head><meta charset="utf-8"><script src="../../index.html"></script></head></html>';
    await publishPage(site, { language: 'en', path: 'odd/' }, outside);
    const gone = '<html><head><meta charset="utf-8"><script src="../assets/gone.js"></script></head></html>';
    await publishPage(site, { language: 'en', path: 'gone/' }, gone);
  });
  after(() => rm(directory, { recursive: true, force: true }));

  const titleOf = async (address: string): Promise<string | undefined> =>
    /<title>(.*)<\/title>/.exec(await savedPage(site, address))?.[1];

  it('finds a page by its path, with or without slashes and index.html, and by its whole address', async () => {
    for (const address of [
      '2026-11-25',
      '/2026-11-25/',
      '2026-11-25/index.html',
      '2026-11-25/#quality',
      'http://127.0.0.1:8080/2026-11-25/?x#quality',
      'https://reports.example/2026-11-25/index.html',
    ])
      assert.equal(await titleOf(address), 'en 2026-11-25/', address);
    assert.equal(await titleOf('ko/2026-11-25'), 'ko 2026-11-25/');
    for (const front of ['/', 'http://127.0.0.1:8080', '']) assert.equal(await titleOf(front), 'en ', front);
  });

  it('names the file that a page would have, if there is none', async () => {
    await assert.rejects(savedPage(site, '2026-11-24'), (error: Refusal) => {
      assert.equal(error.exitCode, 78);
      assert.ok(error.message.startsWith(`Expected a page of the site at ${join(site, '2026-11-24/index.html')}, got ENOENT.`)); // prettier-ignore
      return true;
    });
  });

  it('reads nothing outside the site', async () => {
    for (const address of ['..', '../index.html', '%2e%2e/', 'ko/../..', '/../index.html', 'a\0', 'odd'])
      await assert.rejects(
        savedPage(site, address),
        { exitCode: 78, message: `Expected the address of a page of the site, got \`${address}\`. Give one like 2026-11-25.` }, // prettier-ignore
        address,
      );
  });

  it('says which file of a page is missing', async () => {
    await assert.rejects(savedPage(site, 'gone'), {
      exitCode: 69,
      message: `Expected ${join(site, 'assets/gone.js')}, which the page needs, got ENOENT. Publish the page again.`,
    });
  });
});
