import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { createDatabases } from '../../../activities/duckdb/database.ts';
import { readChannel } from '../../../activities/report/read-channel.ts';
import { limitToChannels, takeChannel } from '../../../activities/report/scope.ts';
import type { ChannelData } from '../../../viz/channel/channel-data.ts';
import { HOSTILE, LONG_CATEGORY, makeMonth, openChannelStore, PAGE_FROM, PAGE_TO } from './made-channel.ts';

type Row = Record<string, unknown>;

/** Rows of yellow, counted without the rollups. */
const SAID = `(SELECT *, user_login = 'nightbot' AS is_bot FROM chat WHERE channel_id = '7' AND sent_at >= ${PAGE_FROM} AND sent_at < ${PAGE_TO})`;
const POLLED = `(FROM streams WHERE channel_id = '7' AND polled_at >= ${PAGE_FROM} AND polled_at < ${PAGE_TO})`;
const OWN = `(FROM ${SAID} WHERE NOT is_shared_copy)`;
const ISO = `'%Y-%m-%dT%H:%M:%SZ'`;
const week = (time: string, weeks: number): string =>
  `${time} >= ${PAGE_TO} - INTERVAL ${7 * (weeks + 1)} DAY AND ${time} < ${PAGE_TO} - INTERVAL ${7 * weeks} DAY`;
const figuresSql = (period: string, said: string, polled: string): string => `
  SELECT '${period}' AS period, (SELECT count(*) FROM ${SAID} WHERE ${said})::DOUBLE AS messages, (SELECT count(*) FROM ${OWN} WHERE is_bot AND ${said})::DOUBLE AS bots,
    (SELECT count(DISTINCT user_id) FROM ${OWN} WHERE ${said})::DOUBLE AS chatters, max(viewer_count)::DOUBLE AS peak, round(avg(viewer_count))::DOUBLE AS average
  FROM ${POLLED} WHERE ${polled}`;

const COUNTED = {
  figures: [
    figuresSql('all', 'true', 'true'),
    figuresSql('this', week('sent_at', 0), week('polled_at', 0)),
    figuresSql('last', week('sent_at', 1), week('polled_at', 1)),
  ].join(' UNION ALL '),
  activity: `
    SELECT strftime(date_trunc('hour', seen_at), ${ISO}) AS at, sum(messages)::DOUBLE AS messages, round(avg(viewers))::DOUBLE AS viewers
    FROM (SELECT sent_at AS seen_at, 1 AS messages, NULL AS viewers FROM ${SAID} UNION ALL SELECT polled_at, 0, viewer_count FROM ${POLLED}) GROUP BY ALL ORDER BY 1`,
  // The page begins after the broadcast of the first day, and each other one lasts from noon to five minutes after its last poll.
  week: `
    SELECT strftime(date_trunc('hour', sent_at), ${ISO}) AS at, count(*)::DOUBLE AS messages
    FROM ${SAID} WHERE hour(sent_at) >= 12 AND (sent_at::DATE = DATE '2026-11-25' OR epoch(sent_at) % 86400 < 57720) GROUP BY ALL ORDER BY 1`,
  loyalty: `
    WITH people AS (SELECT strftime(sent_at, '%Y-%m-%d') AS day, user_id, bool_or(is_first_message) AS is_first FROM ${OWN} WHERE NOT is_bot GROUP BY ALL)
    SELECT day, count(*) FILTER (is_first)::DOUBLE AS fresh,
      count(*) FILTER (NOT is_first AND (SELECT count(*) FROM people AS days WHERE days.user_id = people.user_id) < 5)::DOUBLE AS returning,
      count(*) FILTER (NOT is_first AND (SELECT count(*) FROM people AS days WHERE days.user_id = people.user_id) >= 5)::DOUBLE AS regulars
    FROM people GROUP BY day ORDER BY day`,
  terms: `
    SELECT count(*) FILTER (text LIKE 'hello%')::DOUBLE AS hello, count(*) FILTER (text LIKE 'hello%' AND ${week('sent_at', 0)})::DOUBLE AS now,
      count(*) FILTER (text LIKE 'hello%' AND ${week('sent_at', 1)})::DOUBLE AS before, count(*) FILTER (text LIKE 'PogChamp%')::DOUBLE AS emotes,
      count(*) FILTER (text NOT LIKE '!%' AND text <> 'hateful')::DOUBLE AS total
    FROM ${OWN} WHERE NOT is_bot`,
  categories: `SELECT game_name AS category, count(*)::DOUBLE AS polls, max(viewer_count)::DOUBLE AS peak FROM ${POLLED} GROUP BY ALL`,
  happenings: `
    SELECT strftime(sent_at, '%Y-%m-%d') AS day, sum(sub)::DOUBLE AS subscriptions, sum(gift)::DOUBLE AS gifts, sum(raid)::DOUBLE AS raids, sum(viewers)::DOUBLE AS "raidViewers",
      sum(deleted)::DOUBLE AS deletions, sum(timeout)::DOUBLE AS timeouts, sum(ban)::DOUBLE AS bans, sum(clear)::DOUBLE AS clears
    FROM (
      SELECT sent_at, (kind IN ('sub', 'resub'))::INT AS sub, (kind = 'subgift')::INT AS gift, (kind = 'raid')::INT AS raid, coalesce(raid_viewers, 0) AS viewers, 0 AS deleted, 0 AS timeout, 0 AS ban, 0 AS clear
      FROM events WHERE NOT is_shared_copy
      UNION ALL SELECT sent_at, 0, 0, 0, 0, (kind LIKE 'message%')::INT, (kind LIKE '%timed out')::INT, (kind LIKE '%banned')::INT, (kind LIKE '%cleared')::INT FROM moderation
    ) WHERE sent_at >= ${PAGE_FROM} GROUP BY ALL ORDER BY day DESC`,
  chatters: `
    SELECT user_id, count(*)::DOUBLE AS messages, bool_or(is_bot) AS "isBot", round(100 * count(*) / sum(count(*)) OVER (), 1)::DOUBLE AS share
    FROM ${OWN} GROUP BY user_id ORDER BY messages DESC, any_value(user_login) LIMIT 20`,
};

describe('the numbers of a channel', () => {
  let directory: string;
  let data: ChannelData;
  const raw = new Map<string, Row[]>();
  const counted = (name: keyof typeof COUNTED): Row[] => raw.get(name) ?? [];

  const read = async (connection: DuckDBConnection): Promise<void> => {
    await openChannelStore(connection, directory, makeMonth);
    for (const [name, sql] of Object.entries(COUNTED))
      raw.set(name, (await connection.runAndReadAll(sql)).getRowObjectsJS());
    await limitToChannels(connection);
    await takeChannel(connection, '7');
    data = await readChannel(connection, '7', true);
  };
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'chatlake-channel-'));
    await createDatabases({ scratchDirectory: directory, memoryLimitMb: 512, threads: 1 })(read);
  });
  after(() => rm(directory, { recursive: true, force: true }));

  it('of its head are those of yellow in thirty days, and in each of the last two weeks', () => {
    const shown = data.figures.map((it) => ({ period: it.period, messages: it.messages, bots: it.botMessages, chatters: it.chatters, peak: it.peakViewers, average: it.averageViewers })); // prettier-ignore
    assert.deepEqual(shown, counted('figures'));
    assert.ok(shown.every(({ messages, bots }) => messages > 2_000 && bots > 0));
    const [all] = data.figures;
    assert.deepEqual([all?.name, all?.title, all?.hasLast], ['하늘 (haneul)', 'Good evening', true]);
  });
  it('of hours live are those of its broadcasts, without what is before the thirty days', () => {
    // A broadcast ends five minutes after its last poll: fourteen of 4:02 hours, and the last one of 4:57.
    const hours = (count: number): number => Math.round(10 * ((count * 242) / 60)) / 10;
    const [all, now, last] = data.figures.map(({ hoursLive }) => hoursLive);
    assert.deepEqual([all, now, last], [Math.round(10 * ((14 * 242 + 297) / 60)) / 10, Math.round(10 * ((3 * 242 + 297) / 60)) / 10, hours(3)]); // prettier-ignore
  });
  it('of chat and viewers are those of yellow in each hour', () => {
    const shown = data.rows.activity.map(({ at, messages, viewers }) => ({ at, messages, viewers }));
    assert.deepEqual(shown, counted('activity'));
    const names = new Set(data.rows.activity.map(({ category }) => category));
    for (const name of [HOSTILE, LONG_CATEGORY, 'Just Chatting', null]) assert.ok(names.has(name), String(name));
  });
  it('of the week are the messages that were sent while it was live', () => {
    const shown = data.rows.week.filter(({ messages }) => messages > 0).map(({ at, messages }) => ({ at, messages }));
    assert.deepEqual(shown, counted('week'));
    const minutes = new Set(data.rows.week.map(({ minutesLive }) => minutesLive));
    assert.deepEqual([...minutes].sort((a, b) => a - b), [2, 57, 60]); // prettier-ignore
  });
  it('of who writes are those of yellow, and a person is in one group a day', () => {
    const few = (count: unknown): unknown => (Number(count) > 0 && Number(count) < 5 ? null : count);
    const shown = data.rows.loyalty.map(({ day, fresh, returning, regulars }) => ({ day, fresh, returning, regulars }));
    const expected = counted('loyalty').map(({ day, fresh, returning, regulars }) => ({ day, fresh: few(fresh), returning: few(returning), regulars: few(regulars) })); // prettier-ignore
    assert.deepEqual(shown, expected);
    const [first] = data.rows.loyalty;
    assert.deepEqual([first?.allFresh, first?.allReturning, first?.allRegulars], [180, 20, 20]);
  });
  it('of words and emotes are those of yellow, without what may not be shown', () => {
    const { hello, now, before, emotes, total } = counted('terms')[0] as Record<string, number>;
    const share = (count = 0): number => Math.round((1_000 * count) / (total ?? 1)) / 10;
    const word = data.rows.channelWords.find(({ term }) => term === 'hello');
    assert.deepEqual(word, { term: 'hello', messages: hello, share: share(hello), now, before });
    const [emote] = data.rows.channelEmotes;
    assert.deepEqual([emote?.term, emote?.messages, emote?.share], ['PogChamp', emotes, share(emotes)]);
    const shown = data.rows.channelWords.map(({ term }) => term);
    for (const hidden of ['hateful', 'elsewhere', 'command', 'other', 'rules']) assert.ok(!shown.includes(hidden));
  });
  it('of categories are their shares of the polls', () => {
    const polls = counted('categories').reduce((sum, row) => sum + Number(row['polls']), 0);
    for (const row of counted('categories')) {
      const shown = data.rows.channelCategories.find(({ category }) => category === row['category']);
      assert.deepEqual(
        [shown?.share, shown?.peak],
        [Math.round((1_000 * Number(row['polls'])) / polls) / 10, row['peak']],
      );
    }
    const said = data.rows.channelCategories.reduce((sum, { messages }) => sum + messages, 0);
    assert.ok(said > 0 && said <= (data.figures[0]?.messages ?? 0));
  });
  it('of subscriptions, raids and moderation are those of yellow on each day', () => {
    assert.deepEqual(
      data.rows.happenings.map((row) => ({ ...row })),
      counted('happenings').map((row) => ({ ...row })),
    );
  });
  it('of gaps say when nobody listened, why, and what was fetched later', () => {
    const day = data.rows.channelGaps.filter(({ from }) => from.startsWith('2026-11-23'));
    const of = (from: string, to: string, isFilled: boolean): object =>
      ({ from: `2026-11-23T${from}:00Z`, to: `2026-11-23T${to}:00Z`, reason: 'the connection was closed', isFilled }); // prettier-ignore
    assert.deepEqual(day, [of('14:00', '14:10', false), of('13:50', '14:00', true), of('13:40', '13:50', false)]);
    assert.equal(data.rows.channelGaps.length, 45);
    const heard = data.rows.heard.filter(({ state, from }) => state === 'listened' && from.startsWith('2026-11-23'));
    assert.deepEqual(heard.map(({ from, to }) => [from.slice(11, 16), to.slice(11, 16)]), [['12:01', '13:40'], ['14:10', '15:57']]); // prettier-ignore
    const live = data.rows.heard.filter(({ state }) => state === 'live');
    assert.equal(live.length, 15);
  });
  it('of who writes the most are those of yellow, with bots marked', () => {
    const shown = data.naming?.topChatters.map(({ messages, isBot, share }) => ({ messages, isBot, share }));
    assert.deepEqual(shown, counted('chatters').map(({ messages, isBot, share }) => ({ messages, isBot, share }))); // prettier-ignore
    const names = data.naming?.topChatters.map(({ name, login }) => [name, login]) ?? [];
    assert.deepEqual(names.find(([, login]) => login === 'user5'), ['user5', 'user5']); // prettier-ignore
    assert.deepEqual(names.find(([, login]) => login === 'user6'), [HOSTILE, 'user6']); // prettier-ignore
  });
  it('of broadcasts are those of its own', () => {
    assert.deepEqual([data.rows.channelBroadcasts.length, data.rows.channelBroadcasts[0]?.streamId], [15, '4055']);
  });
});
