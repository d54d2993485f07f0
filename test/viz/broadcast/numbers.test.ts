import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { createDatabases } from '../../../activities/duckdb/database.ts';
import { ownAssets } from '../../../activities/report/site-files.ts';
import { readBroadcasts } from '../../../activities/report/read-broadcasts.ts';
import type { BroadcastData } from '../../../viz/broadcast/broadcast-data.ts';
import { localeOf } from '../../../viz/locale.ts';
import { broadcastPage } from '../../../viz/pages/broadcast-page.ts';
import { ROLLUP_VIEWS } from '../../../viz/rollups.ts';
import { makeEvening, readMade } from './made-broadcast.ts';

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' };

/** The queries that a page shows, as a reader copies them. */
const queriesOf = (page: string): string[] =>
  [...page.matchAll(/<code>([^]*?)<\/code>/g)].map(([, code = '']) =>
    code.replaceAll(/&([#\w]+);/g, (_, entity: string) => ENTITIES[entity] ?? assert.fail(entity)),
  );

describe('the numbers of a broadcast', () => {
  let directory: string;
  let data: BroadcastData;
  let together: BroadcastData[];
  let alone: BroadcastData[];
  /** The answers to the queries on the page, with the views that the site links to. */
  const asked: Record<string, unknown>[][] = [];
  const raw = new Map<string, Record<string, unknown>[]>();

  const COUNTED = {
    head: `SELECT count(*)::DOUBLE AS messages, (count(DISTINCT user_id) FILTER (NOT is_shared_copy))::DOUBLE AS chatters
      FROM chat WHERE channel_id = '7' AND sent_at < '2026-11-25 14:07:30+00'`,
    slots: `SELECT strftime(to_timestamp(10 * floor(epoch(sent_at) / 10)), '%Y-%m-%dT%H:%M:%SZ') AS at, count(*)::DOUBLE AS messages
      FROM chat WHERE channel_id = '7' AND sent_at < '2026-11-25 14:07:30+00' GROUP BY ALL`,
    words: `SELECT count(*) FILTER (text = '안녕하세요')::DOUBLE AS hello, count(*) FILTER (text LIKE 'ㅋ%')::DOUBLE AS laughs,
        count(*) FILTER (text LIKE '%PogChamp')::DOUBLE AS emotes,
        count(*) FILTER (text NOT LIKE '!%' AND text <> 'hateful' AND NOT is_shared_copy AND user_login <> 'nightbot')::DOUBLE AS total
      FROM chat WHERE channel_id = '7' AND sent_at < '2026-11-25 15:00:00+00' AND user_login <> 'nightbot'`,
    viewers: `SELECT max(viewer_count)::DOUBLE AS peak, round(avg(viewer_count))::DOUBLE AS average, count(*)::DOUBLE AS polls
      FROM streams WHERE stream_id = '4001'`,
  };

  const read = async (connection: DuckDBConnection): Promise<void> => {
    await makeEvening(connection);
    for (const [name, sql] of Object.entries(COUNTED))
      raw.set(name, (await connection.runAndReadAll(sql)).getRowObjectsJS());
    data = await readMade(connection, '4001');
    together = await readBroadcasts(connection, ['4002', '4001']);
    alone = await readBroadcasts(connection, ['4002']);
    await connection.run(ROLLUP_VIEWS);
    for (const query of queriesOf(
      broadcastPage(data, { locale: localeOf('en'), assets: ownAssets().urls, pages: new Set() }),
    ))
      asked.push((await connection.runAndReadAll(query)).getRowObjectsJS());
  };
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'chatlake-broadcast-'));
    await createDatabases({ scratchDirectory: directory, memoryLimitMb: 512, threads: 1 })(read);
  });
  after(() => rm(directory, { recursive: true, force: true }));

  const counted = (name: keyof typeof COUNTED): Record<string, unknown> => raw.get(name)?.[0] ?? {};

  it('of its head are those of yellow between its beginning and its end', () => {
    const { summary } = data;
    assert.deepEqual({ messages: summary.messages, chatters: summary.chatters }, counted('head'));
    assert.equal(summary.messages > 1_400, true);
    assert.deepEqual(
      [summary.peakViewers, summary.averageViewers, summary.medianViewers],
      [counted('viewers')['peak'], counted('viewers')['average'], 3_000],
    );
    assert.deepEqual(
      [summary.name, summary.channelId, summary.title, summary.language],
      ['하늘 (haneul)', '7', 'Good evening', 'ko'],
    );
  });
  it('of its time are from the start at Twitch to one poll after its last one', () => {
    const { beganAt, endedAt, lastPolledAt, isLive } = data.summary;
    assert.deepEqual(
      [beganAt, lastPolledAt, endedAt, isLive],
      ['2026-11-25T12:00:07Z', '2026-11-25T14:02:30Z', '2026-11-25T14:07:30Z', false],
    );
  });
  it('of its timeline are those of yellow: all messages of each ten seconds, zeros, and unknown where nobody listened', () => {
    const { timeline } = data.rows;
    const slots = new Map(raw.get('slots')?.map(({ at, messages }) => [at, messages]));
    assert.equal(timeline[0]?.at, '2026-11-25T12:00:00Z');
    assert.equal(timeline.at(-1)?.at, '2026-11-25T14:05:50Z');
    assert.equal(timeline.length, 756);
    for (const { at, messages, missing } of timeline)
      assert.deepEqual([at, messages], [at, slots.get(at) ?? (missing === null ? 0 : null)]);
    const missing = timeline.filter(({ messages }) => messages === null).map(({ at }) => at.slice(11, 19));
    assert.deepEqual(
      [missing.length, missing[0], missing[17], missing[18], missing.at(-1)],
      [33, '12:00:00', '12:02:50', '12:40:00', '12:42:20'],
    );
    assert.equal(timeline.filter(({ viewers }) => viewers !== null).length, counted('viewers')['polls']);
    assert.deepEqual(
      [...new Set(timeline.map(({ at, category }) => `${category} ${at < '2026-11-25T13:02:30Z'}`))],
      ['Just Chatting true', 'Chess false'],
    );
  });
  it('of gaps say when nobody listened, and why', () => {
    assert.deepEqual(data.rows.gaps, [
      {
        from: '2026-11-25T12:00:07Z',
        to: '2026-11-25T12:03:00Z',
        reason: 'nobody had joined yet',
        isFilled: false,
      },
      {
        from: '2026-11-25T12:40:00Z',
        to: '2026-11-25T12:42:30Z',
        reason: 'the connection was closed',
        isFilled: false,
      },
    ]);
  });
  it('of words and emotes are those of yellow in its hours, without what may not be shown', () => {
    const { hello, laughs, emotes, total } = counted('words') as Record<string, number>;
    const of = (name: 'words' | 'emotes', wanted: string): unknown => {
      const found = data.rows[name].find(({ term }) => term === wanted);
      return [found?.messages, found?.share];
    };
    const share = (count = 0): number => Math.round((1_000 * count) / (total ?? 1)) / 10;
    assert.deepEqual(of('words', '안녕하세요'), [hello, share(hello)]);
    assert.deepEqual(of('words', 'ㅋㅋ'), [laughs, share(laughs)]);
    assert.deepEqual(of('emotes', 'PogChamp'), [emotes, share(emotes)]);
    const shown = data.rows.words.map(({ term }) => term);
    for (const hidden of ['hateful', 'elsewhere', 'command', 'other']) assert.equal(shown.includes(hidden), false);
  });
  it('of events are those of its hours, without copies by shared chat, and a gift to many once for each', () => {
    const [from, to] = ['2026-11-25T12:00:00Z', '2026-11-25T15:00:00Z'];
    assert.deepEqual(
      data.rows.events,
      [
        ['subscriptions', 5],
        ['gifts', 3],
        ['raids', 1],
        ['raidViewers', 250],
        ['deletions', 5],
      ].map(([kind, times]) => ({ kind, times, from, to })),
    );
  });
  it('of titles and categories have a row for each change', () => {
    assert.deepEqual(data.rows.shows, [
      { at: '2026-11-25T12:02:30Z', category: 'Just Chatting', title: 'Good evening' },
      { at: '2026-11-25T13:02:30Z', category: 'Chess', title: 'Good evening' },
    ]);
  });
  it('are the same if others are asked at the same time', () => {
    assert.deepEqual(together, [...alone, data]);
    assert.equal(alone[0]?.summary.streamId, '4002');
    assert.notDeepEqual(alone[0].rows.timeline, data.rows.timeline);
  });
  it('are those of the queries on the page', () => {
    const ofStream = (rows: readonly object[]): object[] => rows.map((row) => ({ streamId: '4001', ...row }));
    assert.deepEqual(asked, [data.rows.timeline, data.rows.words, data.rows.emotes].map(ofStream));
  });
  it('of moments are of its channel and time', () => {
    const said = data.rows.moments.filter(({ at }) => at === '2026-11-25T13:20:00Z');
    assert.deepEqual(said.slice(0, 2), [
      { at: '2026-11-25T13:20:00Z', kind: 'word', term: 'checkmate' },
      { at: '2026-11-25T13:20:00Z', kind: 'word', term: 'hello' },
    ]);
    assert.ok(said.some(({ kind, term }) => kind === 'emote' && term === 'PogChamp'));
    assert.ok(data.rows.moments.every(({ at }) => at < '2026-11-25T14:07:30Z'));
  });
});
