import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { publishPages, openSite } from '../../activities/report/site.ts';
import { silentLog } from '../../common/log.ts';
import { startSiteServer } from '../../infra/site-server/server.ts';
import type { Site } from '../../infra/site-server/site.ts';
import type { BroadcastData } from '../../viz/broadcast/broadcast-data.ts';
import { broadcastPage } from '../../viz/pages/broadcast-page.ts';
import { directoryOf } from '../../viz/pages/place.ts';
import { LANGUAGES } from '../../viz/words.ts';
import { ODD_TEXTS } from '../activities/report/odd-yellow.ts';
import { at, pageData, slots } from '../viz/broadcast/page-data.ts';
import { BROWSER_TIMEOUT_MS } from './chromium.ts';
import { openPage } from './open-page.ts';

const LONG =
  '하늘에서내리는일억개의별과아주긴이름을가진게임그리고그뒤에이어지는끝나지않는모험의이야기하늘에서내리는일억개의별';
const TIMELINE = `document.querySelector('[data-chart="timeline"]')`;

/** A day and a half with twelve categories, a gap and peaks, and texts that may be anything. */
function longBroadcast(): BroadcastData {
  const messages = Array.from({ length: 12_960 }, (_, slot) => (slot > 6_000 && slot < 6_200 ? null : slot % 1_000 === 500 ? 90 + slot / 1_000 : slot % 7)); // prettier-ignore
  const timeline = slots(messages).map((slot, index) => ({
    ...slot,
    category: index < 4_000 ? LONG : index < 8_000 ? 'Chess' : (ODD_TEXTS[3 + ((index >> 8) % 10)] ?? null),
  }));
  const odd = ODD_TEXTS.map((text) => ({ term: text, messages: 9, share: 1.5 }));
  const rows = { timeline, words: odd, emotes: odd, shows: [{ at: at(0), category: LONG, title: LONG.repeat(2) }] };
  return pageData({ title: LONG.repeat(2), name: `${LONG} (haneul)`, endedAt: at(129_600) }, rows);
}

describe('the page of a broadcast in Chromium', function () {
  this.timeout(BROWSER_TIMEOUT_MS);
  let directory: string;
  let site: Pick<Site, 'url' | 'stop'>;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'chatlake-broadcast-'));
    const opened = await openSite(directory, undefined);
    const pages = { 4001: pageData(), 4002: longBroadcast(), 4003: pageData({}, { timeline: slots([null, null]) }) };
    for (const [streamId, data] of Object.entries(pages)) {
      const page = { ...data, summary: { ...data.summary, streamId } };
      await publishPages(opened, `broadcasts/${streamId}/`, new Map(), (edition) => broadcastPage(page, edition));
    }
    site = await startSiteServer({ directory, port: 0, log: silentLog });
  });
  after(async () => {
    await site?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const urlOf = (streamId: string, language: (typeof LANGUAGES)[number] = 'en'): string =>
    `${site.url}/${directoryOf({ language, path: `broadcasts/${streamId}/` })}`;
  const drawn = (page: Page): Promise<void> =>
    page.locator('[data-chart="timeline"] .main-svg').first().waitFor({ state: 'attached' });

  for (const language of LANGUAGES)
    for (const width of [1280, 390])
      for (const colorScheme of ['light', 'dark'] as const)
        for (const streamId of ['4001', '4002', '4003'])
          it(`is drawn at ${width} px, ${colorScheme}, in ${language}, with a clean console (${streamId})`, async () => {
            const { page, said } = await openPage(urlOf(streamId, language), width, colorScheme);
            await drawn(page);
            await page.locator('[data-chart="timeline"]').hover({ force: true });
            assert.deepEqual(said, []);
            const isWide = await page.evaluate('document.documentElement.scrollWidth > window.innerWidth');
            assert.equal(isWide, false, 'nothing is wider than the screen');
            await page.context().close();
          });

  it('shows chat at each ten seconds in the zone of the reader, and the numbers of the peaks', async () => {
    const { page } = await openPage(urlOf('4001'), 1280, 'light', { timezoneId: 'America/New_York' });
    await drawn(page);
    const [x, y] = await page.evaluate<[string[], number[]]>(`[${TIMELINE}.data[0].x, ${TIMELINE}.data[0].y]`);
    assert.deepEqual([x.length, x[0], x[1], x[180], y[180]], [360, '2026-11-25 07:00:00', '2026-11-25 07:00:10', '2026-11-25 07:30:00', 40]); // prettier-ignore
    const texts = await page.locator('[data-chart="timeline"] .textpoint').allTextContents();
    assert.deepEqual(texts.map((text) => text.trim()), ['2', '1']); // prettier-ignore
    const range = await page.evaluate<string[]>(`${TIMELINE}.layout.xaxis.range`);
    assert.deepEqual(range, ['2026-11-25 07:00:00', '2026-11-25 07:59:50']);
    await page.context().close();
  });
  it('shows messages and viewers of one time together', async () => {
    const { page } = await openPage(urlOf('4001'));
    await drawn(page);
    const plot = page.locator('[data-chart="timeline"] .nsewdrag').first();
    const box = (await plot.boundingBox()) ?? assert.fail();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    const hover = page.locator('[data-chart="timeline"] .hoverlayer');
    await hover.getByText('messages', { exact: false }).first().waitFor();
    const text = String(await hover.textContent());
    assert.match(text, /40 messages/);
    assert.match(text, /1,000 viewers/);
    await page.context().close();
  });
  it('gives the names of categories the room that they have', async () => {
    for (const width of [1280, 390]) {
      const { page } = await openPage(urlOf('4002'), width);
      await drawn(page);
      const labels = await page.evaluate<string[]>(`${TIMELINE}.layout.shapes.map(({ label }) => label.text)`);
      const [gap, long, chess] = labels;
      assert.equal(gap, '');
      assert.ok(long !== undefined && long.endsWith('…') && LONG.startsWith(long.slice(0, -1)), long);
      assert.equal(chess, 'Chess');
      assert.ok(labels.slice(3).includes(''), 'a band without room has no label');
      await page.context().close();
    }
  });
  it('lets a finger scroll over a chart', async () => {
    const { page } = await openPage(urlOf('4001'), 390, 'light', { hasTouch: true, isMobile: true });
    await drawn(page);
    assert.equal(await page.evaluate(`${TIMELINE}.layout.dragmode`), false);
    await page.context().close();
  });
  it('tells the peaks and the gaps without JavaScript', async () => {
    const { page } = await openPage(urlOf('4001'), 390, 'light', { javaScriptEnabled: false });
    const link = page.getByRole('link', { name: 'Watch from 0:30:00 at Twitch' });
    assert.equal(await link.getAttribute('href'), 'https://www.twitch.tv/videos/987?t=0h29m40s');
    await page.getByText('Chat was listened to all the time.').waitFor();
    await page.context().close();
  });
});
