import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { publishNotebookPage } from '../../activities/report/notebook-pages.ts';
import { asOneFile } from '../../activities/report/one-file.ts';
import { savedPage } from '../../activities/report/saved-page.ts';
import { ownAssets, publishAssets } from '../../activities/report/site-files.ts';
import { ANSWER_CHARTS } from '../../viz/charts/answer-chart.ts';
import type { AnswerChart, AnswerRows } from '../../viz/charts/answer-chart.ts';
import { CARTESIAN_TYPES } from '../../viz/charts/bundle.ts';
import { DAY_CHARTS } from '../../viz/charts/day/index.ts';
import { localeOf } from '../../viz/locale.ts';
import { notebookPageInput } from '../../viz/notebooks/notebook-page.ts';
import { answerPage } from '../../viz/pages/answer-page.ts';
import { BROWSER_TIMEOUT_MS } from './chromium.ts';
import { openPage } from './open-page.ts';
import type { OpenedPage } from './open-page.ts';
import { DAY, publishSite } from './report-page.ts';

const NOW = '2026-11-26T08:00:00Z';

/** An expression for a page: the types of traces that its plotly.js draws. */
const TYPES = 'Object.keys(Plotly.PlotSchema.get().traces)';

const HOSTILE = [
  '</script><script>alert(1)</script>',
  '<!--<script>',
  '<img src=x onerror=alert(1)>',
  '<a href="https://example.com/">click</a>',
  '<b>bold</b> &lt;b&gt;',
  '\u202egnirts\u202c',
  '%{y} $\\alpha$ $& $1',
];

describe('a page that was saved as one file, in Chromium', function () {
  this.timeout(BROWSER_TIMEOUT_MS);
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'chatlake-one-file-'));
    await publishSite(join(directory, 'site'), directory);
  });
  after(() => rm(directory, { recursive: true, force: true }));

  /** Opens a file without a network. Nothing but the file may be loaded. */
  async function openFile(content: string): Promise<OpenedPage> {
    const file = join(directory, 'saved.html');
    await writeFile(file, content);
    const opened = await openPage(pathToFileURL(file).href, 1280, 'light', { offline: true });
    const loaded = await opened.page.evaluate<string[]>(
      `performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => !name.startsWith('data:'))`,
    );
    assert.deepEqual(loaded, []);
    return opened;
  }
  const save = (address: string): Promise<string> => savedPage(join(directory, 'site'), address);
  const drawn = (page: Page, chart: string): Promise<void> =>
    page.locator(`[data-chart="${chart}"].js-plotly-plot .main-svg`).first().waitFor({ state: 'attached' });
  const linksOf = (page: Page): Promise<string[]> =>
    page.evaluate<string[]>(`[...document.querySelectorAll('[href]')].map((it) => it.getAttribute('href'))`);

  for (const address of [DAY, `ko/${DAY}`])
    it(`draws all charts of ${address} with a clean console, and has no links that lead elsewhere`, async () => {
      const { page, said } = await openFile(await save(address));
      for (const chart of Object.keys(DAY_CHARTS)) await drawn(page, chart);
      await page.locator('[data-chart="topCategories"] .point').first().hover({ force: true });
      assert.deepEqual(said, []);
      assert.deepEqual(await linksOf(page), ['data:,', '#quality']);
      const style = await page.evaluate<string>(`getComputedStyle(document.querySelector('.panel')).borderRadius`);
      assert.equal(style, '8px');
      const text = await page.evaluate<string>('document.body.innerText');
      assert.doesNotMatch(text, /CSV|Parquet|한국어|English/);
      assert.match(text, /^Chatlake\n/);
      await page.context().close();
    });

  it('shows the front page without links', async () => {
    const { page, said } = await openFile(await save('/'));
    await page.getByText(localeOf('en').day(DAY)).waitFor();
    assert.deepEqual(said, []);
    assert.deepEqual(await linksOf(page), ['data:,']);
    await page.context().close();
  });

  it('draws a chart that needs the whole of plotly.js', async () => {
    const tree = { type: 'treemap', labels: ['a', 'b', 'c'], parents: ['', 'a', 'a'], values: [3, 2, 1] };
    const input = {
      name: 'tree',
      title: 'Tree',
      summary: ['x'],
      charts: [{ title: 'T', figure: { data: [tree], layout: {} } }],
    };
    await publishNotebookPage({ directory: join(directory, 'site') }, notebookPageInput.parse(input), new Date(NOW));
    const { page, said } = await openFile(await save('notebooks/tree/'));
    await page.locator('.treemaplayer .slice').first().waitFor({ state: 'attached' });
    assert.deepEqual(said, []);
    assert.deepEqual(await linksOf(page), ['data:,']);
    await page.context().close();
  });

  it('runs no other script, and sends nothing', async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const added = `<script>alert(1)</script><img src="${url}/a.png" onerror="alert(2)"><style>main { display: none }</style>
      <form action="${url}/form"><button id="send">x</button></form><iframe src="${url}/frame"></iframe>`;
    const file = join(directory, 'changed.html');
    const saved = await save(DAY);
    await writeFile(
      file,
      saved.replace('<main>', () => `<main>${added}`),
    );
    const { page, said } = await openPage(pathToFileURL(file).href);
    await drawn(page, 'topChannels');
    await page.evaluate(`document.querySelector('#send').click()`);
    assert.equal(await page.evaluate(`fetch('${url}/fetch').then(() => 'sent', () => 'refused')`), 'refused');
    assert.equal(await page.locator('main').isVisible(), true);
    assert.deepEqual(
      said.filter((it) => it.startsWith('a script ran')),
      [],
    );
    assert.deepEqual(asked, []);
    await page.context().close();
    server.closeAllConnections();
    server.close();
  });

  it('answers the mouse with tooltips and zoom, and has no buttons', async () => {
    const { page, said } = await openFile(await save(DAY));
    await drawn(page, 'viewers');
    const chart = page.locator('[data-chart="viewers"]');
    const range = () =>
      page.evaluate<string>(`String(document.querySelector('[data-chart="viewers"]')._fullLayout.xaxis.range)`);
    await chart.scrollIntoViewIfNeeded();
    const before = await range();
    const box = await chart.locator('.nsewdrag').first().boundingBox();
    assert.ok(box);
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await chart.locator('.hoverlayer .hovertext, .hoverlayer .legend').first().waitFor({ state: 'attached' });
    await page.mouse.move(box.x + box.width * 0.3, box.y + box.height * 0.5);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, box.y + box.height * 0.5, { steps: 5 });
    await page.mouse.up();
    await page.waitForFunction(
      `String(document.querySelector('[data-chart="viewers"]')._fullLayout.xaxis.range) !== ${JSON.stringify(before)}`,
    );
    assert.equal(await page.locator('.modebar, .plotlyjsicon').count(), 0);
    const settings = await page.evaluate<unknown[]>(
      `(({ showSendToCloud, displayModeBar }) => [showSendToCloud, displayModeBar])(document.querySelector('[data-chart="viewers"]')._context)`,
    );
    assert.deepEqual(settings, [false, false]);
    assert.deepEqual(said, []);
    await page.context().close();
  });

  it('is drawn by the small plotly.js exactly as by the whole', async () => {
    const site = join(directory, 'site');
    const page = await readFile(join(site, DAY, 'index.html'), 'utf8');
    const whole = join(site, (await publishAssets(site)).plotly);
    const drawings: string[][] = [];
    for (const used of [undefined, whole]) {
      const read = (href: string): Promise<string> =>
        readFile(href.includes('plotly-cartesian') ? (used ?? join(site, DAY, href)) : join(site, DAY, href), 'utf8');
      const { page: opened } = await openFile(await asOneFile(page, read));
      await drawn(opened, 'topCategories');
      assert.equal((await opened.evaluate<string[]>(TYPES)).length > CARTESIAN_TYPES.size, used === whole);
      const found = await opened.evaluate<string[]>(
        `[...document.querySelectorAll('.main-svg')].map((it) => it.outerHTML)`,
      );
      // Plotly's names of parts end in six random hexadecimal digits.
      drawings.push(found.map((it) => it.replaceAll(/(trace|clip|legend|defs-)[0-9a-f]{6}/g, '$1')));
      await opened.context().close();
    }
    assert.ok((drawings[0]?.length ?? 0) >= Object.keys(DAY_CHARTS).length);
    assert.equal(
      drawings[0]?.findIndex((drawing, index) => drawing !== drawings[1]?.[index]),
      -1,
    );
  });

  it('has a list of the types of the small plotly.js that is the package’s own', async () => {
    const { page } = await openFile(await save(DAY));
    await drawn(page, 'viewers');
    const types = await page.evaluate<string[]>(TYPES);
    assert.deepEqual(types.sort(), [...CARTESIAN_TYPES].sort());
    await page.context().close();
  });

  describe('with an answer of `chatlake sql`', () => {
    async function answerFile(answer: AnswerRows, chart: AnswerChart, sql = 'FROM chat'): Promise<string> {
      const { urls, read } = ownAssets();
      const page = answerPage(
        { ...answer, chart, sql, askedAt: NOW },
        { locale: localeOf('en', 'UTC'), assets: urls, pages: new Set() },
      );
      return asOneFile(page, read);
    }

    for (const kind of ANSWER_CHARTS)
      it(`makes no element of a text in a ${kind} chart`, async () => {
        const columns = [
          { name: HOSTILE[2] ?? '', kind: 'text' as const },
          { name: HOSTILE[3] ?? '', kind: 'number' as const },
          { name: HOSTILE[0] ?? '', kind: 'number' as const },
        ];
        const rows = HOSTILE.map((text, index) => [text, String(index + 1), String(10 - index)]);
        const content = await answerFile({ columns, rows }, { kind, x: 0, y: [1, 2] }, `SELECT '${HOSTILE.join(' ')}'`);
        const { page, said } = await openFile(content);
        await drawn(page, 'answer');
        await page.locator('.point').first().hover({ force: true });
        assert.deepEqual(said, []);
        const found = await page.evaluate<number>(
          `document.querySelectorAll('main img, main b, main a, main iframe, main svg a').length`,
        );
        assert.equal(found, 0);
        const ticks = await page.locator('.xtick text').allTextContents();
        assert.ok(ticks.includes('‹!--‹script›'), ticks.join(' '));
        assert.match(await page.locator('h1').textContent().then(String), /<a href="https:\/\/example\.com\/">/);
        assert.equal(await page.locator('tbody tr').count(), HOSTILE.length);
        assert.equal(await page.locator('pre').textContent(), `SELECT '${HOSTILE.join(' ').replaceAll(/[\u202c\u202e]/g, '\ufffd')}'`); // prettier-ignore
        await page.context().close();
      });

    it('draws as many rows as a chart may have', async () => {
      const rows = Array.from({ length: 10_080 }, (_row, index) => [
        new Date(Date.parse(`${DAY}T00:00:00Z`) + index * 60_000).toISOString(),
        String((index * 7) % 100),
      ]);
      const columns = [
        { name: 'minute', kind: 'time' as const },
        { name: 'messages', kind: 'number' as const },
      ];
      for (const kind of ANSWER_CHARTS) {
        const { page, said } = await openFile(await answerFile({ columns, rows }, { kind, x: 0, y: [1] }));
        await drawn(page, 'answer');
        assert.deepEqual(said, []);
        assert.equal(await page.locator('.xtitle').textContent(), 'minute (UTC)');
        await page.context().close();
      }
    });
  });
});

describe('asOneFile(page, read)', () => {
  const page = (content: string): string =>
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><link rel="stylesheet" href="a.css"><script defer src="a.js"></script></head><body>${content}</body></html>`;
  const files: Record<string, string> = {
    'a.css': "p::after { content: '</style><p>' }",
    'a.js': 'const text = `</SCRIPT><script><!--`;\r\ndocument.body.dataset.text = text;\n',
  };
  const read = async (href: string): Promise<string> => files[href] ?? (await readFile(href, 'utf8'));

  it('keeps a script and a style whole that have the ends of their elements in texts', async function () {
    this.timeout(BROWSER_TIMEOUT_MS);
    const directory = await mkdtemp(join(tmpdir(), 'chatlake-one-file-'));
    const file = join(directory, 'a.html');
    await writeFile(file, await asOneFile(page('<p>x</p>'), read));
    const { page: opened, said } = await openPage(pathToFileURL(file).href);
    assert.deepEqual(said, []);
    assert.equal(await opened.evaluate('document.body.dataset.text'), '</SCRIPT><script><!--');
    assert.equal(
      await opened.evaluate(`getComputedStyle(document.querySelector('p'), '::after').content`),
      '"</style><p>"',
    );
    assert.equal(await opened.locator('p').count(), 1);
    await opened.context().close();
    await rm(directory, { recursive: true });
  });

  it('leaves out what is of the site only, and keeps links within the page', async () => {
    const saved = await asOneFile(
      page(
        '<p data-site-only>Download <a href="a.csv">CSV</a></p><a class="home" href="../index.html" rel="x">Home</a><a href="#b">B</a>',
      ),
      read,
    );
    assert.match(saved, /<body><span class="home">Home<\/span><a href="#b">B<\/a><script>/);
    assert.doesNotMatch(saved, /Download|a\.csv|a\.js|a\.css/);
  });
});
