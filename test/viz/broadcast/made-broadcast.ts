import assert from 'node:assert/strict';
import type { DuckDBConnection } from '@duckdb/node-api';
import { readBroadcasts } from '../../../activities/report/read-broadcasts.ts';
import { limitToChannels, takeChannel } from '../../../activities/report/scope.ts';
import { YELLOW_TABLES } from '../../../activities/yellow/manifest.ts';
import { yellowColumns } from '../../../activities/yellow/read-columns.ts';
import { VIDEO_COLUMNS } from '../../../activities/yellow/videos.ts';
import type { BroadcastData } from '../../../viz/broadcast/broadcast-data.ts';
import { ROLLUPS, ROLLUP_VIEWS } from '../../../viz/rollups.ts';

/** Makes empty tables of yellow. */
export async function makeYellow(connection: DuckDBConnection): Promise<void> {
  for (const table of YELLOW_TABLES)
    await connection.run(`CREATE TABLE ${table} (${await yellowColumns(connection, table)}, hour VARCHAR)`);
  await connection.run(`CREATE TABLE videos (${VIDEO_COLUMNS})`);
}

const HOUR_OF = {
  chat: 'coalesce(sent_at, received_at)',
  events: 'sent_at',
  moderation: 'sent_at',
  streams: 'polled_at',
};

/** Inserts the rows of a query; the hour is that of their time. */
export async function insert(
  connection: DuckDBConnection,
  table: keyof typeof HOUR_OF | 'coverage',
  query: string,
): Promise<void> {
  const time = table === 'coverage' ? 'happened_at' : HOUR_OF[table];
  await connection.run(
    `INSERT INTO ${table} BY NAME SELECT *, strftime(${time}, '%Y-%m-%dT%H') AS hour FROM (${query})`,
  );
}

/** Adds up the tables of yellow, and asks for a broadcast as the publisher does. */
export async function readMade(connection: DuckDBConnection, streamId: string): Promise<BroadcastData> {
  await connection.run(ROLLUP_VIEWS);
  await connection.run('DROP SCHEMA IF EXISTS store CASCADE; CREATE SCHEMA store');
  for (const { name } of ROLLUPS) await connection.run(`CREATE TABLE store.${name} AS FROM ${name}`);
  await connection.run('CREATE TABLE store.hours AS SELECT DISTINCT hour FROM store.polls');
  const found = await connection.runAndReadAll(`SELECT channel FROM broadcasts WHERE stream_id = '${streamId}'`);
  await limitToChannels(connection);
  await takeChannel(connection, String(found.value(0, 0)));
  const [data] = await readBroadcasts(connection, [streamId]);
  return data ?? assert.fail();
}

const at = (time: string): string => `TIMESTAMPTZ '2026-11-25 ${time}+00'`;
const every = (from: string, to: string, step: string): string =>
  `unnest(generate_series(${at(from)}, ${at(to)}, INTERVAL ${step}))`;

/**
 * An evening of the channel 7 (haneul): the stream 4001 from 12:00:07 until after 14:02:30, and 4002 from 14:30. Chat is missing until 12:03, and
 * from 12:40 to 12:42:30. At 13:20:00 and 13:50:20, sixty and forty messages come in ten seconds. Channel 8 writes all the time, too.
 */
export async function makeEvening(connection: DuckDBConnection): Promise<void> {
  await makeYellow(connection);
  await insert(
    connection,
    'streams',
    `SELECT polled_at, CASE WHEN channel_id = '8' THEN '4009' WHEN polled_at < ${at('14:05:00')} THEN '4001' ELSE '4002' END AS stream_id,
      channel_id, CASE channel_id WHEN '7' THEN 'haneul' ELSE 'narae' END AS channel_login, CASE channel_id WHEN '7' THEN '하늘' ELSE 'Narae' END AS channel_name,
      CASE WHEN polled_at < ${at('13:00:00')} THEN 'Just Chatting' ELSE 'Chess' END AS game_name, 'Good evening' AS title, 'ko' AS language,
      CASE WHEN polled_at < ${at('13:00:00')} THEN 1000 ELSE 3000 END AS viewer_count,
      CASE WHEN channel_id = '8' THEN ${at('11:00:00')} WHEN polled_at < ${at('14:05:00')} THEN ${at('12:00:07')} ELSE ${at('14:30:00')} END AS started_at
    FROM (SELECT ${every('12:02:30', '15:02:30', '5 MINUTE')} AS polled_at), (VALUES ('7'), ('8')) AS channels(channel_id)
    WHERE channel_id = '8' OR polled_at < ${at('14:05:00')} OR polled_at > ${at('14:30:00')}`,
  );
  await insert(
    connection,
    'coverage',
    `SELECT kind, 'c1' AS collector, happened_at, '7' AS channel_id, 'haneul' AS channel_login, reason
    FROM (VALUES ('join', ${at('12:03:00')}, NULL), ('loss', ${at('12:40:00')}, 'the connection was closed'), ('join', ${at('12:42:30')}, NULL),
      ('end', ${at('14:07:20')}, 'CANCELLED'), ('join', ${at('14:32:40')}, NULL)) AS changes(kind, happened_at, reason)`,
  );
  await insert(
    connection,
    'coverage',
    `SELECT 'tally' AS kind, 'c1' AS collector, ${every('11:00:00', '15:03:00', '10 SECOND')} AS happened_at, 3 AS received, 3 AS acknowledged`,
  );
  const said = (times: string, text: string, others = ''): string => `
    SELECT concat(sent_at, '-', n) AS message_id, '7' AS channel_id, 'haneul' AS channel_login, concat('u', n % 40) AS user_id,
      concat('user', n % 40) AS user_login, concat('user', n % 40) AS display_name, ${text} AS text, sent_at, sent_at AS received_at, sent_at AS appended_at,
      'c1' AS collector, false AS is_shared_copy
    FROM (SELECT sent_at, row_number() OVER (ORDER BY sent_at) AS n FROM (SELECT ${times} AS sent_at)) ${others}`;
  const usual = `CASE n % 4 WHEN 0 THEN '안녕하세요' WHEN 1 THEN 'hello there' WHEN 2 THEN 'ㅋㅋㅋㅋㅋ' ELSE '!command' END`;
  const listened = `WHERE sent_at NOT BETWEEN ${at('12:40:00')} AND ${at('12:42:30')}`;
  await insert(connection, 'chat', said(every('12:03:01', '14:06:00', '5 SECOND'), usual, listened));
  await insert(connection, 'chat', said(every('14:33:00', '15:00:00', '5 SECOND'), `'later words'`));
  await insert(connection, 'chat', said(every('13:20:00', '13:20:09.9', '166 MILLISECOND'), `'checkmate PogChamp'`));
  await insert(connection, 'chat', said(every('13:50:20', '13:50:29.9', '250 MILLISECOND'), `'what a move'`));
  await connection.run(
    `UPDATE chat SET emote_list = [{'id': '1', 'begin': 10, 'end': 17, 'text': 'PogChamp'}] WHERE text LIKE '%PogChamp'`,
  );
  // A bot, copies by shared chat, what moderators hide, and a line that came late.
  await insert(
    connection,
    'chat',
    said(every('13:30:00', '13:30:30', '2 SECOND'), `CASE WHEN n % 3 = 0 THEN 'hateful' ELSE 'elsewhere' END`),
  );
  await connection.run(`UPDATE chat SET is_shared_copy = true WHERE text = 'elsewhere'`);
  await connection.run(`UPDATE chat SET user_login = 'nightbot', user_id = 'bot' WHERE sent_at = ${at('13:40:01')}`);
  await connection.run(`UPDATE chat SET received_at = ${at('15:01:00')} WHERE sent_at = ${at('13:45:01')}`);
  await insert(
    connection,
    'moderation',
    `SELECT 'message deleted' AS kind, '7' AS channel_id, 'haneul' AS channel_login, message_id AS target_message_id, sent_at, sent_at AS received_at
    FROM chat WHERE text = 'hateful'`,
  );
  await insert(
    connection,
    'events',
    `SELECT concat(kind, n) AS event_id, '7' AS channel_id, 'haneul' AS channel_login, kind, ${at('13:10:00')} AS sent_at, ${at('13:10:00')} AS received_at,
      CASE kind WHEN 'submysterygift' THEN 3 END AS gift_count, CASE kind WHEN 'raid' THEN 250 END AS raid_viewers, kind = 'sub' AND n = 4 AS is_shared_copy
    FROM (VALUES ('sub', 4), ('resub', 2), ('subgift', 3), ('submysterygift', 1), ('raid', 1), ('announcement', 1)) AS kinds(kind, times),
      (SELECT unnest(generate_series(1, 4)) AS n) WHERE n <= times`,
  );
  await insert(
    connection,
    'chat',
    said(every('12:00:00', '15:00:00', '3 SECOND'), `'other channel'`)
      .replaceAll("'7'", "'8'")
      .replaceAll("'haneul'", "'narae'"),
  );
}
