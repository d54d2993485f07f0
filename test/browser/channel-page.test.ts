import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { publishPages, openSite } from '../../activities/report/site.ts';
import { silentLog } from '../../common/log.ts';
import { startSiteServer } from '../../infra/site-server/server.ts';
import type { Site } from '../../infra/site-server/site.ts';
import type { ChannelData } from '../../viz/channel/channel-data.ts';
import { channelPage } from '../../viz/pages/channel-page.ts';
import { directoryOf } from '../../viz/pages/place.ts';
import { LANGUAGES } from '../../viz/words.ts';
import { ODD_TEXTS } from '../activities/report/odd-yellow.ts';
import { HOSTILE, LONG_CATEGORY } from '../viz/channel/made-channel.ts';
import { figures, pageData } from '../viz/channel/page-data.ts';
import { BROWSER_TIMEOUT_MS } from './chromium.ts';
import { openPage } from './open-page.ts';

const CHARTS = ['activity', 'week', 'loyalty', 'heard'];

/** Thirty days without a pause, with texts that may be anything. */
function fullMonth(): ChannelData {
  const at = (hour: number): string => new Date(Date.UTC(2026, 9, 27, hour)).toISOString().replace('.000', '');
  const hours = Array.from({ length: 720 }, (_, hour) => hour);
  const categories = [HOSTILE, LONG_CATEGORY, ...ODD_TEXTS.slice(0, 12)];
  const activity = hours.map((hour) => ({ at: at(hour), messages: (hour % 24) * 100, viewers: 1_000 + hour, category: categories[(hour >> 3) % categories.length] ?? null, lengthMs: 3_600_000 })); // prettier-ignore
  const odd = ODD_TEXTS.map((term) => ({ term, messages: 9, share: 1.5, now: 5, before: 4 }));
  const rows = {
    activity,
    week: hours.map((hour) => ({ at: at(hour), messages: (hour % 24) * 100, minutesLive: 60 })),
    channelWords: odd,
    channelEmotes: odd,
    channelCategories: [{ category: LONG_CATEGORY, share: 1, peak: 1, average: 1, messages: 1 }],
  };
  const naming = { topChatters: ODD_TEXTS.map((name) => ({ name, login: 'x', isBot: true, messages: 1, share: 1 })) };
  return pageData(rows, { naming, figures: [figures({ name: `${LONG_CATEGORY} (haneul)`, title: LONG_CATEGORY.repeat(2) })] }); // prettier-ignore
}

/** A channel without anything. */
function nothing(): ChannelData {
  const names = Object.keys(pageData().rows);
  return pageData(Object.fromEntries(names.map((name) => [name, []])), { figures: [] });
}

describe('the page of a channel in Chromium', function () {
  this.timeout(BROWSER_TIMEOUT_MS);
  let directory: string;
  let site: Pick<Site, 'url' | 'stop'>;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'chatlake-channel-'));
    const opened = await openSite(directory, undefined);
    for (const [channelId, data] of Object.entries({ 7: pageData(), 8: fullMonth(), 9: nothing() }))
      await publishPages(opened, `channels/${channelId}/`, new Map(), (edition) =>
        channelPage({ ...data, channelId }, edition),
      );
    site = await startSiteServer({ directory, port: 0, log: silentLog });
  });
  after(async () => {
    await site?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const urlOf = (channel: string, language: (typeof LANGUAGES)[number] = 'en'): string =>
    `${site.url}/${directoryOf({ language, path: `channels/${channel}/` })}`;
  const drawn = async (page: Page): Promise<void> => {
    for (const name of CHARTS)
      await page.locator(`[data-chart="${name}"] .main-svg`).first().waitFor({ state: 'attached' });
  };
  const ofChart = (name: string, what: string): string => `document.querySelector('[data-chart="${name}"]').${what}`;

  for (const language of LANGUAGES)
    for (const [width, colorScheme] of [
      [1280, 'light'],
      [390, 'dark'],
    ] as const)
      for (const channel of ['7', '8', '9'])
        it(`is drawn at ${width} px, ${colorScheme}, in ${language}, with a clean console (${channel})`, async () => {
          const { page, said } = await openPage(urlOf(channel, language), width, colorScheme);
          if (channel !== '9') await drawn(page);
          assert.deepEqual(said, []);
          const isWide = await page.evaluate('document.documentElement.scrollWidth > window.innerWidth');
          assert.equal(isWide, false, 'nothing is wider than the screen');
          await page.context().close();
        });

  it('draws the week in colours of the style, light and dark', async () => {
    for (const [colorScheme, first] of [
      ['light', '#efecfb'],
      ['dark', '#262a3a'],
    ] as const) {
      const { page } = await openPage(urlOf('7'), 1280, colorScheme);
      await drawn(page);
      const colours = await page.evaluate<[number, string][]>(ofChart('week', 'data[0].colorscale'));
      assert.deepEqual([colours.length, colours[0], colours.at(-1)?.[0]], [5, [0, first], 1]);
      await page.context().close();
    }
  });
  it('has chat and viewers on one time, in the zone of the reader, and the names of categories in the legend', async () => {
    const { page } = await openPage(urlOf('7'), 1280, 'light', { timezoneId: 'America/New_York' });
    await drawn(page);
    assert.deepEqual(await page.evaluate(ofChart('activity', 'data[0].x')), ['2026-11-25 07:00:00', '2026-11-25 08:00:00', '2026-11-25 09:00:00']); // prettier-ignore
    // The line of viewers is broken where no poll has any.
    assert.deepEqual(await page.evaluate(ofChart('activity', 'data[1].y')), [800, null, 800]);
    const legend = await page.locator('[data-chart="activity"] .legendtext').allTextContents();
    assert.deepEqual(legend, ['Chess', 'Just Chatting']);
    // The week stays in UTC, and says so.
    assert.equal(await page.evaluate(ofChart('week', 'layout.xaxis.title.text')), 'Hour of the day (UTC)');
    await page.context().close();
  });
  it('tells everything without JavaScript', async () => {
    const { page } = await openPage(urlOf('7'), 390, 'light', { javaScriptEnabled: false });
    await page.getByText('Chat is busiest on Wednesday at 13:00 (UTC)').waitFor();
    await page.getByText('Chat of 1 h 0 min is missing.').waitFor();
    await page.context().close();
  });
});
