import assert from 'node:assert/strict';
import type { ChannelData } from '../../../viz/channel/channel-data.ts';
import type { Figure } from '../../../viz/charts/chart.ts';
import { CHANNEL_CHARTS } from '../../../viz/charts/channel/index.ts';
import { localeOf } from '../../../viz/locale.ts';
import { channelPage } from '../../../viz/pages/channel-page.ts';
import type { Language } from '../../../viz/words.ts';
import { plain } from '../plain.ts';
import { HOSTILE, LONG_CATEGORY } from './made-channel.ts';
import { figures, pageData } from './page-data.ts';

const assets = { plotly: 'p.js', cartesian: 'c.js', search: 'q.js', script: 's.js', times: 't.js', style: 's.css', views: 'v.txt' }; // prettier-ignore
const pageOf = (data: ChannelData, language: Language = 'en', pages: string[] = []): string =>
  channelPage(data, { locale: localeOf(language), assets, pages: new Set(pages) });
/** What a reader sees: the texts, without the data and queries of charts. */
const textOf = (data: ChannelData, language: Language = 'en'): string =>
  plain({ markup: pageOf(data, language).replaceAll(/<(script|pre|details)[^]*?<\/\1>|(?=<\/(td|li)>)/g, ' ') });
const figuresOf = (page: string): Record<string, Figure> =>
  JSON.parse(/id="charts">(.*?)<\/script>/.exec(page)?.[1] ?? '{}') as Record<string, Figure>;

describe('channelPage(data, edition)', () => {
  it('has the key figures, and how they have changed', () => {
    const text = textOf(pageData());
    assert.match(text, /하늘 \(haneul\) live Good evening The last thirty days\./);
    for (const fact of [
      'Messages 12,000 ▲ 50 %',
      'Chatters 400 ▼ 50 %',
      'Average viewers 800 unchanged',
      'Hours live 61.5 new',
      'Newest message Nov 25, 15:55:02 UTC',
    ])
      // prettier-ignore
      assert.ok(text.includes(fact), fact);
    const short = pageData({}, { figures: [figures({ hasLast: false, isLive: false })] });
    assert.match(textOf(short), /haneul\) Good evening .* Messages 12,000 – Chatters 400 –/);
  });
  it('tells each chart in a sentence, in both languages', () => {
    const text = textOf(pageData());
    assert.match(
      text,
      /Most messages in 60 minutes: 1,400, from Nov 25, 14:00:00 UTC on\. Behind the bars: the categories/,
    );
    assert.match(text, /Chat is busiest on Wednesday at 13:00 \(UTC\): 1,800 messages in an hour of live time\./);
    assert.match(text, /40 people wrote here for the first time, and 60 had written before\. Of all of them, fewer than 5 are regulars: they wrote on at least 5 days\./); // prettier-ignore
    assert.match(text, /Chat was listened to for 3 h 0 min\. Chat of 1 h 0 min is missing\./);
    assert.match(text, /Bots wrote 300 messages, 2\.5 of 100\./);
    const korean = textOf(pageData(), 'ko');
    assert.match(korean, /채팅이 가장 활발한 때는 수요일 22:00입니다\(한국 표준시\)/);
    assert.match(korean, /단골은 5명 미만입니다/);
  });
  it('counts the week in the zone of the page', () => {
    const cells = (language: Language, day: number): unknown[] => {
      const [trace] = CHANNEL_CHARTS.week.draw(pageData().rows.week, localeOf(language)).data;
      const z = trace?.['z'] as (number | null)[][];
      return z[day]?.flatMap((rate, hour) => (rate === null ? [] : [`${hour}: ${rate}`])) ?? [];
    };
    // Ten minutes at 16:00 are too few.
    assert.deepEqual([cells('en', 2), cells('en', 3)], [['12: 1200', '13: 1800'], []]);
    assert.deepEqual([cells('ko', 2), cells('ko', 3)], [['21: 1200', '22: 1800'], []]);
    const { rows } = pageData({ week: [{ at: '2026-11-25T16:00:00Z', messages: 60, minutesLive: 60 }] });
    const [trace] = CHANNEL_CHARTS.week.draw(rows.week, localeOf('ko')).data;
    assert.equal((trace?.['z'] as number[][])[3]?.[1], 60);
  });
  it('has a shade for each of the eight most frequent categories, in one band as long as nothing changes', () => {
    const { bands, data } = CHANNEL_CHARTS.activity.draw(pageData().rows.activity, localeOf('en'));
    assert.deepEqual(bands?.map(({ label, from, to, place }) => [label, from.slice(11, 16), to.slice(11, 16), place]), [['Chess', '11:30', '13:30', 3], ['Just Chatting', '13:30', '14:30', 4]]); // prettier-ignore
    assert.deepEqual(data.slice(2).map(({ name }) => name), ['Chess', 'Just Chatting']); // prettier-ignore
    const many = Array.from({ length: 20 }, (_, index) => ({ at: new Date(Date.UTC(2026, 10, 25, index)).toISOString(), messages: 1, viewers: 1, category: `Game ${index}`, lengthMs: 3_600_000 })); // prettier-ignore
    assert.equal(CHANNEL_CHARTS.activity.draw(many, localeOf('en')).bands?.length, 8);
  });
  it('does not count out a group of one to four people', () => {
    const [, again, regulars] = CHANNEL_CHARTS.loyalty.draw(pageData().rows.loyalty, localeOf('en')).data;
    assert.deepEqual([again?.['y'], again?.['customdata']], [[0], ['fewer than 5']]);
    assert.deepEqual([regulars?.['y'], regulars?.['customdata']], [[7], ['7']]);
    assert.match(plain({ markup: pageOf(pageData()) }), /2026-11-25 ?40 ?fewer than 5 ?7/);
  });
  it('adds up the days of subscriptions, raids and moderation', () => {
    assert.match(textOf(pageData()), /All days 7 3 1 250 12 2 1 4 Wed, Nov 25, 2026 5 3 1 250 11 2 1 0/);
  });
  it('names people only if it is given their names', () => {
    assert.doesNotMatch(textOf(pageData()), /Who writes the most/);
    const naming = { topChatters: [{ name: '하루', login: 'haru', isBot: false, messages: 10, share: 50 }, { name: 'Nightbot', login: 'nightbot', isBot: true, messages: 10, share: 50 }] }; // prettier-ignore
    assert.match(textOf(pageData({}, { naming })), /Who writes the most .*하루 \(haru\) 10 50 Nightbot bot 10 50/);
  });
  it('links to the pages of its broadcasts', () => {
    const page = pageOf(pageData(), 'ko', ['broadcasts/4001/']);
    assert.match(page, /href="\.\.\/\.\.\/\.\.\/ko\/broadcasts\/4001\/index\.html"/);
    assert.doesNotMatch(pageOf(pageData()), /href="[^"]*broadcasts\//);
  });
  it('shows what strangers wrote as text', () => {
    const term = { term: HOSTILE, messages: 1, share: 1, now: 1, before: 0 };
    const activity = pageData().rows.activity.map((row, index) => ({ ...row, category: index === 0 ? HOSTILE : LONG_CATEGORY })); // prettier-ignore
    const rows = { activity, channelWords: [term], channelEmotes: [term], channelCategories: [{ category: HOSTILE, share: 1, peak: 1, average: 1, messages: 1 }] }; // prettier-ignore
    const naming = { topChatters: [{ name: HOSTILE, login: 'x', isBot: false, messages: 1, share: 1 }] };
    const page = pageOf(pageData(rows, { naming, figures: [figures({ name: HOSTILE, title: HOSTILE })] }));
    assert.doesNotMatch(page, /<img|<b>/);
    const { activity: drawn } = figuresOf(page);
    const texts = JSON.stringify([drawn?.bands, drawn?.data.slice(1)]);
    assert.doesNotMatch(texts.replaceAll('<extra></extra>', '').replaceAll('<br>', ''), /[<>&$]/);
    assert.doesNotMatch(JSON.stringify(drawn?.data.map(({ hovertemplate }) => hovertemplate)), /script/);
  });
  it('is readable without any row', () => {
    const names = Object.keys(pageData().rows) as (keyof ChannelData['rows'])[];
    const data = pageData(Object.fromEntries(names.map((name) => [name, []])), { figures: [] });
    for (const language of ['en', 'ko'] as const) {
      const text = textOf(data, language);
      assert.match(text, language === 'en' ? /There are no data for this chart yet\./ : /알려진 방송이 없습니다/);
      assert.doesNotMatch(text, /NaN|undefined|null|Infinity/);
    }
    const drawn = figuresOf(pageOf(data));
    for (const { data: traces } of Object.values(drawn)) assert.ok(traces.every(({ x }) => (x as unknown[]).length === 0)); // prettier-ignore
  });
});
