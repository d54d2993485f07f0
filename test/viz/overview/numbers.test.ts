import assert from 'node:assert/strict';
import type { DuckDBConnection } from '@duckdb/node-api';
import { createDatabases } from '../../../activities/duckdb/database.ts';
import { readParts } from '../../../activities/report/read-parts.ts';
import { select } from '../../../activities/duckdb/select.ts';
import { OVERVIEW_PARTS } from '../../../viz/pages/overview-page.ts';
import type { OverviewData } from '../../../viz/pages/overview-page.ts';
import { temporaryDirectory } from '../../integration/red-tiles.ts';
import { createMadeYellow } from '../made-yellow.ts';

/** The end of the last of twenty days. */
const END = "TIMESTAMPTZ '2026-11-25 00:00:00+00'";
const LAST_HOUR = '2026-11-24T23';
const DAYS_AGO = (days: number): string => `strftime(${END} - INTERVAL 1 HOUR - INTERVAL ${days} DAY, '%Y-%m-%dT%H')`;

/** Twenty days of four channels. One began a week ago, one has no login, some messages are of bots or copies, and some polls have NULLs. */
const ROWS = {
  chat: `
    SELECT
      i::VARCHAR AS message_id, (7 + i % 4)::VARCHAR AS channel_id, CASE WHEN i % 4 < 3 THEN 'room' || (i % 4) END AS channel_login,
      (hash(i) % 40)::VARCHAR AS user_id, CASE WHEN hash(i) % 40 = 0 THEN 'nightbot' ELSE 'u' || hash(i) % 40 END AS user_login,
      'hello ' || (i % 3) AS text, ${END} - to_seconds(1 + i * 157 % (CASE WHEN i % 4 = 2 THEN 500000 ELSE 1700000 END)) AS sent_at,
      sent_at + INTERVAL 1 SECOND AS received_at, received_at AS appended_at, i % 11 = 0 AS is_shared_copy, false AS is_first_message
    FROM range(20000) rows(i)`,
  streams: `
    SELECT
      polled_at, (100 + c)::VARCHAR AS stream_id, (7 + c)::VARCHAR AS channel_id, 'room' || c AS channel_login, 'Room' || c AS channel_name,
      CASE WHEN c = 3 THEN NULL ELSE 'Game ' || (c % 2) END AS game_name, 'title' AS title, CASE WHEN c = 4 THEN NULL ELSE 10 * (c + 1) END AS viewer_count,
      CASE WHEN c < 3 THEN 'ko' ELSE 'en' END AS language, polled_at - INTERVAL 1 HOUR AS started_at
    FROM range(${END} - INTERVAL 20 DAY, ${END}, INTERVAL 30 MINUTE) polls(polled_at), range(6) channels(c)
    WHERE c <> 2 OR polled_at > ${END} - INTERVAL 6 DAY`,
  coverage: `SELECT 'join' AS kind, 'c1' AS collector, ${END} - INTERVAL 20 DAY AS happened_at, '7' AS channel_id, 'room0' AS channel_login`,
};

describe('the numbers of the front page', () => {
  let rows: OverviewData['rows'];
  let ask: (sql: string) => Promise<Record<string, unknown>[]>;
  let close: () => Promise<void>;

  before(async () => {
    const { path, remove } = await temporaryDirectory('overview');
    const withDatabase = createDatabases({ memoryLimitMb: 512, threads: 2, scratchDirectory: path });
    const opened = Promise.withResolvers<DuckDBConnection>();
    const closed = Promise.withResolvers<void>();
    const held = withDatabase(async (connection) => {
      await createMadeYellow(connection, ROWS);
      opened.resolve(connection);
      await closed.promise;
    });
    const connection = await Promise.race([opened.promise, held.then(() => assert.fail())]);
    rows = await readParts(connection, OVERVIEW_PARTS);
    ask = (sql) => select(connection, sql, {});
    close = async () => {
      closed.resolve();
      await held;
      await remove();
    };
  });
  after(() => close());

  const total = (counts: { messages: number }[]): number => counts.reduce((sum, { messages }) => sum + messages, 0);

  it('count each stored message once over time', async () => {
    assert.deepEqual(
      rows.messagesOverTime.map(({ at, messages }) => ({ at, messages })),
      await ask(`
        SELECT strftime(date_trunc('hour', sent_at), '%Y-%m-%dT%H:00:00Z') AS at, count(*)::DOUBLE AS messages
        FROM chat GROUP BY 1 ORDER BY 1`),
    );
    assert.equal(total(rows.messagesOverTime), 20_000);
  });

  it('average the viewers of all streams over the polls of an hour', async () => {
    assert.deepEqual(
      rows.viewersOverTime,
      await ask(`
        SELECT strftime(date_trunc('hour', polled_at), '%Y-%m-%dT%H:00:00Z') AS at, round(avg(viewers))::DOUBLE AS viewers, round(avg(streams))::DOUBLE AS channels
        FROM (SELECT polled_at, sum(viewer_count) AS viewers, count(*) AS streams FROM streams GROUP BY polled_at) GROUP BY 1 ORDER BY 1`),
    );
  });

  it('tell of the last seven days of each channel, and of the seven before', async () => {
    assert.deepEqual(
      rows.channels.map(({ channel, messages, before, chatters, viewers }) => ({
        channel,
        messages,
        before,
        chatters,
        viewers,
      })),
      await ask(`
        SELECT
          channel_id AS channel, count(*) FILTER (hour > ${DAYS_AGO(7)})::DOUBLE AS messages,
          count(*) FILTER (hour > ${DAYS_AGO(14)} AND hour <= ${DAYS_AGO(7)})::DOUBLE AS before,
          count(DISTINCT user_id) FILTER (hour > ${DAYS_AGO(7)} AND NOT is_shared_copy)::DOUBLE AS chatters,
          coalesce((SELECT max(viewer_count) FROM streams WHERE streams.channel_id = chat.channel_id AND hour > ${DAYS_AGO(7)}), 0)::DOUBLE AS viewers
        FROM chat GROUP BY channel_id ORDER BY messages DESC, channel_id`),
    );
    assert.deepEqual(rows.channels.map(({ before }) => before === 0).includes(true), true, 'one began a week ago');
  });

  for (const [part, column] of [
    ['categories', 'game_name'],
    ['languages', 'language'],
  ] as const)
    it(`average the viewers of ${part}, and count the messages of rooms that showed them`, async () => {
      assert.deepEqual(
        rows[part].map(({ name, viewers, before }) => ({ name, viewers, before })),
        await ask(`
          WITH polls AS (
            SELECT count(DISTINCT polled_at) FILTER (hour > ${DAYS_AGO(7)}) AS now, count(DISTINCT polled_at) FILTER (hour > ${DAYS_AGO(14)} AND hour <= ${DAYS_AGO(7)}) AS before
            FROM streams
          )
          SELECT
            ${column} AS name, round(coalesce(sum(viewer_count) FILTER (hour > ${DAYS_AGO(7)}), 0) / any_value(now))::DOUBLE AS viewers,
            round(coalesce(sum(viewer_count) FILTER (hour > ${DAYS_AGO(14)} AND hour <= ${DAYS_AGO(7)}), 0) / any_value(before))::DOUBLE AS before
          FROM streams, polls GROUP BY ${column} ORDER BY viewers DESC, name NULLS LAST`),
      );
      const stored = await ask(`SELECT count(*)::DOUBLE AS messages FROM chat WHERE hour > ${DAYS_AGO(7)} AND channel_id IN (SELECT channel_id FROM streams WHERE streams.hour = chat.hour)`); // prettier-ignore
      assert.deepEqual([{ messages: total(rows[part]) }], stored);
    });

  it('list the rooms of the newest poll, and no channel that was never listened to', () => {
    assert.equal(rows.channels[0]?.total, 4);
    assert.deepEqual(
      rows.liveNow.map(({ channel, name, viewers, total: of }) => [channel, name, viewers, of]),
      [
        ['10', 'Room3', 40, 4],
        ['9', 'Room2', 30, 4],
        ['8', 'Room1', 20, 4],
        ['7', 'Room0', 10, 4],
      ],
    );
    assert.equal(rows.liveNow[0]?.polledAt, `2026-11-24T23:30:00Z`);
    assert.equal(LAST_HOUR, rows.liveNow[0]?.polledAt.slice(0, 13));
  });
});
