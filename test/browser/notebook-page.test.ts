import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { publishNotebookPage } from '../../activities/report/notebook-pages.ts';
import { silentLog } from '../../common/log.ts';
import { startSiteServer } from '../../infra/site-server/server.ts';
import type { Site } from '../../infra/site-server/site.ts';
import { notebookPageInput } from '../../viz/notebooks/notebook-page.ts';
import type { Figure } from '../../viz/charts/chart.ts';
import { TRACE_TYPES } from '../../viz/notebooks/safe-figure.ts';
import { BROWSER_TIMEOUT_MS } from './chromium.ts';
import { openPage } from './open-page.ts';

const NOW = new Date('2026-11-26T08:00:00Z');

/** What people write into names and titles. */
const HOSTILE = [
  '</script><script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<a href="https://example.com/">click</a>',
  '<b>bold</b> &lt;b&gt; <sup>2</sup>',
  '\u202egnirts\u202c \u2066x\u2069',
  '%{x} $\\alpha$ __proto__',
];

/** The least that a type needs to be drawn. */
function traceOf(type: string): Record<string, unknown> {
  const [x, y, z] = [[1, 2, 3], [2, 1, 3], [[1, 2], [3, 4]]]; // prettier-ignore
  const tree = { labels: ['a', 'b', 'c'], parents: ['', 'a', 'a'], values: [3, 2, 1] };
  const candles = { x, open: y, high: [4, 4, 4], low: [0, 0, 0], close: x };
  const given: Record<string, Record<string, unknown>> = {
    barpolar: { r: y, theta: [0, 90, 180] },
    scatterpolar: { r: y, theta: [0, 90, 180] },
    scatterpolargl: { r: y, theta: [0, 90, 180] },
    contour: { z },
    heatmap: { z },
    pie: { labels: ['a', 'b'], values: [1, 2] },
    funnelarea: { labels: ['a', 'b'], values: [1, 2] },
    icicle: tree,
    sunburst: tree,
    treemap: tree,
    candlestick: candles,
    ohlc: candles,
    sankey: { node: { label: ['a', 'b'] }, link: { source: [0], target: [1], value: [2] } },
  };
  return { type, ...(given[type] ?? { x, y }) };
}

describe('a page of a notebook in Chromium', function () {
  this.timeout(BROWSER_TIMEOUT_MS);
  let directory: string;
  let site: Site;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'chatlake-notebook-'));
    site = await startSiteServer({ directory, port: 0, log: silentLog });
  });
  after(async () => {
    await site?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  async function publish(page: {
    name: string;
    charts?: { title: string; figure: Figure }[];
    [field: string]: unknown;
  }) {
    const whole = notebookPageInput.parse({ title: 'Title', summary: ['Summary.'], ...page });
    return `${site.url}${await publishNotebookPage({ directory }, whole, NOW)}`;
  }

  /** Plotly draws a type that it lacks as scatter. */
  const drawnType = (page: Page): Promise<string> =>
    page.evaluate<string>(`document.querySelector('[data-chart="chart0"]')._fullData[0].type`);

  for (const type of [...TRACE_TYPES, 'scattergl', 'scatterpolargl'])
    it(`draws a chart of the type ${type} with a clean console`, async () => {
      const url = await publish({
        name: `of-${type}`,
        charts: [{ title: type, figure: { data: [traceOf(type)], layout: {} } }],
      });
      const { page, said } = await openPage(url);
      await page.locator('[data-chart="chart0"].js-plotly-plot .main-svg').first().waitFor({ state: 'attached' });
      assert.deepEqual(said, []);
      assert.equal(await drawnType(page), type.replace(/gl$/, ''));
      const box = await page.locator('[data-chart="chart0"] .main-svg').first().boundingBox();
      assert.ok((box?.width ?? 0) > 600 && (box?.height ?? 0) > 200, 'it fills its panel');
      await page.context().close();
    });

  it('draws a colour scale with a clean console', async () => {
    const scale = { colorscale: [[0, '#0d0887'], [1, '#f0f921']], colorbar: { title: { text: 'n' } } }; // prettier-ignore
    const trace = { ...traceOf('scatter'), mode: 'markers', marker: { color: [1, 2, 3], coloraxis: 'coloraxis' } };
    const url = await publish({
      name: 'scale',
      charts: [{ title: 'Scale', figure: { data: [trace], layout: { coloraxis: scale } } }],
    });
    const { page, said } = await openPage(url);
    await page.locator('.colorbar .cbfill').first().waitFor({ state: 'attached' });
    assert.deepEqual(said, []);
    await page.context().close();
  });

  it('makes no element of a text', async () => {
    const rows = HOSTILE.map((text) => [text, 1]);
    const bars = {
      data: [
        {
          type: 'bar',
          orientation: 'h',
          name: HOSTILE[1],
          y: HOSTILE,
          x: HOSTILE.map((_text, index) => index + 1),
          text: HOSTILE,
          hovertemplate: `${HOSTILE.join('<br>')}<extra>${HOSTILE[2]}</extra>`,
        },
      ],
      layout: {
        title: { text: HOSTILE[0] },
        xaxis: { title: { text: HOSTILE[2] } },
        annotations: HOSTILE.map((text, index) => ({ text, x: 1, y: index, showarrow: false })),
        images: [{ source: 'https://example.com/a.png' }],
      },
    };
    const url = await publish({
      name: 'hostile',
      title: HOSTILE.join(' '),
      summary: HOSTILE,
      charts: [{ title: HOSTILE[0] ?? '', figure: bars }],
      tables: [{ title: HOSTILE[1], columns: [HOSTILE[2], 'n'], rows }],
    });
    const { page, said } = await openPage(url);
    await page.locator('.bars .point').first().hover({ force: true });
    assert.deepEqual(said, []);
    const found = await page.evaluate<string[]>(
      `[...document.querySelectorAll('main img, main b, main sup, main iframe, main a, main svg a, main script')].map((it) => it.outerHTML.slice(0, 40))`,
    );
    assert.deepEqual(
      found.filter((it) => !it.startsWith('<a href="../../notebooks/index.html">')),
      ['<script type="application/json" id="char'],
    );
    const text = await page.evaluate<string>('document.documentElement.textContent');
    assert.doesNotMatch(text, /[\u202e\u2066\u2069\u202c]/);
    assert.match(await page.locator('h1').textContent().then(String), /<\/script><script>alert\(1\)<\/script>/);
    await page.context().close();
  });

  it('is listed with a link, and stays when another page is published', async () => {
    await publish({ name: 'one', title: HOSTILE[1] ?? '' });
    await publish({ name: 'two' });
    const { page, said } = await openPage(`${site.url}/notebooks/`);
    await page.getByRole('link', { name: HOSTILE[1] ?? '', exact: true }).click();
    await page.getByText('Summary.').waitFor();
    assert.match(page.url(), /\/notebooks\/one\/index\.html$/);
    assert.deepEqual(said, []);
    await page.context().close();
  });
});
