import assert from 'node:assert/strict';
import type { BroadcastData } from '../../../viz/broadcast/broadcast-data.ts';
import type { Figure } from '../../../viz/charts/chart.ts';
import { localeOf } from '../../../viz/locale.ts';
import { broadcastPage } from '../../../viz/pages/broadcast-page.ts';
import { LANGUAGES } from '../../../viz/words.ts';
import type { Language } from '../../../viz/words.ts';
import { plain } from '../plain.ts';
import { at, pageData, slots } from './page-data.ts';

const assets = {
  plotly: 'p.js',
  script: 's.js',
  times: 't.js',
  style: 's.css',
  views: 'v.txt',
  cartesian: 'c.js',
  search: 'q.js',
};
const pageOf = (data: BroadcastData, language: Language = 'en', pages = ['channels/7/']): string =>
  broadcastPage(data, { locale: localeOf(language), assets, pages: new Set(pages) });
/** What a reader sees: the texts, without the data and queries of charts. */
const textOf = (data: BroadcastData, language: Language = 'en'): string =>
  plain({ markup: pageOf(data, language).replaceAll(/<(script|pre|details)[^]*?<\/\1>|(?=<\/(td|li)>)/g, ' ') });
const figuresOf = (page: string): Record<string, Figure> =>
  JSON.parse(/id="charts">(.*?)<\/script>/.exec(page)?.[1] ?? '{}') as Record<string, Figure>;
const HOSTILE = '</script><script>alert(1)</script><b>%{y}</b>\u202e$x$';

describe('broadcastPage(data, edition)', () => {
  it('has the key figures, and a link to its channel', () => {
    const text = textOf(pageData());
    assert.match(text, /Broadcast of 하늘 \(haneul\) Good evening Chess · Korean/);
    assert.match(text, /From Nov 25, 2026, 12:00:00 UTC until about Nov 25, 13:00:00 UTC\./);
    for (const fact of [
      'Length 1 h 0 min',
      'Peak viewers 1,200',
      'Average viewers 1,000',
      'Chatters 321',
      'Messages 1,502',
      'Messages per minute 25',
    ])
      // prettier-ignore
      assert.ok(text.includes(fact), fact);
    assert.match(pageOf(pageData()), /<a href="\.\.\/\.\.\/channels\/7\/index\.html">하늘 \(haneul\)<\/a>/);
    assert.match(pageOf(pageData(), 'ko'), /<a href="\.\.\/\.\.\/\.\.\/ko\/channels\/7\/index\.html">/);
    assert.doesNotMatch(pageOf(pageData(), 'en', []), /channels\//);
  });
  it('says that a broadcast is live', () => {
    assert.match(textOf(pageData({ isLive: true })), /Since Nov 25, 2026, 12:00:00 UTC\. It was still live at/);
    assert.match(textOf(pageData({ isLive: true }), 'ko'), /현재 방송 중입니다/);
  });
  it('lists the peaks with what was said, and links into the recording', () => {
    const text = textOf(pageData());
    assert.match(
      text,
      /1 0:30:00 Nov 25, 12:30:00 40 10× PogChamp ?checkmate 2 0:50:00 Nov 25, 12:50:00 30 7\.5× goodbye/,
    );
    const links = [...pageOf(pageData()).matchAll(/href="(https:[^"]+)"/g)].map(([, href]) => href);
    assert.deepEqual(links, [
      'https://www.twitch.tv/videos/987?t=0h29m40s',
      'https://www.twitch.tv/videos/987?t=0h49m40s',
    ]);
    assert.match(text, /The links open the recording at Twitch, 15 seconds before\./);
  });
  it('has the times of peaks without a recording, and says why there are no links', () => {
    const data = { ...pageData(), vod: undefined };
    assert.match(textOf(data), /No recording of this broadcast is known at Twitch.* 1 0:30:00 /);
    assert.match(textOf(data, 'ko'), /다시보기를 찾지 못해/);
    assert.doesNotMatch(pageOf(data), /twitch\.tv/);
  });
  it('says that peaks mean little if fewer than fifty people watched half of the time', () => {
    const [few, ko] = [/fewer than 50 people watched/, /시청자가 50명보다 적었습니다/];
    assert.match(textOf(pageData({ medianViewers: 49.5 })), few);
    assert.match(textOf(pageData({ medianViewers: 49.5 }), 'ko'), ko);
    for (const medianViewers of [50, null]) assert.doesNotMatch(textOf(pageData({ medianViewers })), few);
  });
  it('draws the peaks with their numbers, the highest on top, the viewers on the same axis, and the categories behind', () => {
    const { timeline } = figuresOf(pageOf(pageData()));
    const [chat, viewers, peaks] = timeline?.data ?? [];
    assert.deepEqual(chat?.every, { from: at(0), seconds: 10 });
    assert.equal((chat?.['y'] as number[]).length, 360);
    assert.deepEqual([viewers?.['yaxis'], (viewers?.['x'] as string[]).slice(0, 2)], ['y2', [at(0), at(300)]]);
    assert.deepEqual([peaks?.['text'], peaks?.['x'], peaks?.['y']], [['2', '1'], [at(3_000), at(1_800)], [30, 40]]); // prettier-ignore
    assert.deepEqual(timeline?.bands, [{ from: at(0), to: at(3_590), label: 'Chess', place: 3 }]);
  });
  it('gives a category one colour, and ends its band where the next one begins', () => {
    const half = (from: number, category: string | null): ReturnType<typeof slots> =>
      pageData()
        .rows.timeline.slice(from, from + 120)
        .map((slot) => ({ ...slot, category }));
    const timeline = [...half(0, 'Chess'), ...half(120, null), ...half(240, 'Chess')];
    const { timeline: figure } = figuresOf(pageOf(pageData({}, { timeline })));
    assert.deepEqual(figure?.bands, [
      { from: at(0), to: at(1_200), label: 'Chess', place: 3 },
      { from: at(1_200), to: at(2_400), label: 'no category', place: 4 },
      { from: at(2_400), to: at(3_590), label: 'Chess', place: 3 },
    ]);
  });
  it('tells and draws where chat is missing, and counts only the time in which somebody listened', () => {
    const timeline = slots(Array.from({ length: 360 }, (_, slot) => (slot < 60 ? null : 3)));
    const gaps = [{ from: at(0), to: at(600), reason: 'nobody had joined yet', isFilled: false }];
    const data = pageData({}, { timeline, gaps });
    const text = textOf(data);
    assert.match(text, /Chat of 10 min of 1 h 0 min is missing\./);
    assert.match(text, /Nov 25, 12:00:00 Nov 25, 12:10:00 nobody had joined yet missing/);
    assert.match(text, /Messages per minute 18 /);
    assert.match(textOf(data, 'ko'), /아직 채팅방에 입장하지 않았습니다 없음/);
    const { timeline: figure } = figuresOf(pageOf(data));
    assert.deepEqual(figure?.bands?.[0], { from: at(0), to: at(600), label: '', place: null });
    assert.deepEqual(figure?.data[0]?.every, { from: at(600), seconds: 10 });
  });
  it('says that chat was there all the time, was fetched later, was imported, or was never listened to', () => {
    assert.match(textOf(pageData()), /Chat was listened to all the time\. .*No gap\./);
    const gaps = [{ from: at(0), to: at(600), reason: 'odd reason', isFilled: true }];
    assert.match(textOf(pageData({}, { gaps })), /was fetched later for each time.* odd reason fetched later/);
    assert.match(textOf(pageData({ hasRecords: false })), /This chat was imported\./);
    const unheard = textOf(pageData({ messages: 0, hasRecords: false }, {
      timeline: slots(Array.from({ length: 60 }, () => null)),
      gaps: [{ from: at(0), to: at(600), reason: 'nobody listened', isFilled: false }],
    })); // prettier-ignore
    assert.match(unheard, /Nobody listened to this chat, so there are only viewers\./);
    assert.match(unheard, /nobody listened to this channel/);
    assert.match(unheard, /Messages per minute – /);
  });
  for (const language of LANGUAGES) {
    it(`is readable without anything but one poll, in ${language}`, () => {
      const none = { words: [], emotes: [], shows: [], events: [], gaps: [], moments: [] };
      const empty = { title: null, language: null, login: null, peakViewers: null, averageViewers: null, medianViewers: null, chatters: 0, messages: 0 }; // prettier-ignore
      for (const timeline of [[], slots([0]), slots([5, 0, 1]), slots([null])]) {
        const data = { ...pageData(empty, { ...none, timeline }), vod: undefined };
        const page = pageOf(data, language);
        assert.doesNotMatch(page, /Invalid Date|\bNaN\b|\bundefined\b|>null<|\[object|Infinity/);
        assert.match(textOf(data, language), language === 'en' ? /No peak was found\./ : /순간을 찾지 못했습니다\./);
      }
    });
    it(`shows hostile texts as texts, in ${language}`, () => {
      const long = '가'.repeat(72);
      for (const odd of [HOSTILE, long, '\u200b', 'x'.repeat(1_000)]) {
        const data = pageData(
          { name: odd, title: odd, language: odd, streamId: '4001', channelId: odd },
          {
            timeline: pageData().rows.timeline.map((slot) => ({ ...slot, category: odd, missing: odd })),
            words: [{ term: odd, messages: 1, share: 1 }],
            emotes: [{ term: odd, messages: 1, share: 1 }],
            shows: [{ at: at(0), category: odd, title: odd }],
            gaps: [{ from: at(0), to: at(10), reason: odd, isFilled: false }],
            events: [{ kind: odd, times: 1, from: at(0), to: at(10) }],
            moments: [{ at: at(1_800), kind: 'word', term: odd }],
          },
        );
        const page = pageOf(data, language);
        assert.doesNotMatch(page, /<script>alert|<b>%|\u202e/);
        const figures = JSON.stringify(figuresOf(page));
        assert.doesNotMatch(figures, /<b>|<script|\$x\$/);
      }
    });
  }
});
