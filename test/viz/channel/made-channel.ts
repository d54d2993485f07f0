import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { rollUp, rollUpFirst } from '../../../activities/report/roll-up.ts';
import { openStore } from '../../../activities/report/rollup-store.ts';
import { YELLOW_TABLES } from '../../../activities/yellow/manifest.ts';
import { silentLog } from '../../../common/log.ts';
import { insert, makeYellow } from '../broadcast/made-broadcast.ts';

/** The last day of the month that is made, and the hours of the page. */
export const LAST_DAY = '2026-11-25';
export const PAGE_FROM = `TIMESTAMPTZ '2026-10-26 17:00:00+00'`;
export const PAGE_TO = `TIMESTAMPTZ '2026-11-25 17:00:00+00'`;

/** A text that would break a page that does not expect it. */
export const HOSTILE = '</script><b>%{y}</b> $x$ <img src=x onerror=alert(1)>';
export const LONG_CATEGORY =
  '하늘에서내리는일억개의별과아주긴이름을가진게임그리고그뒤에이어지는끝나지않는모험의이야기하늘에서내리는일억개의별 끝';

/** Makes a store of empty tables of yellow, which `make` fills, and adds them up. */
export async function openChannelStore(
  connection: DuckDBConnection,
  directory: string,
  make: (connection: DuckDBConnection) => Promise<void>,
): Promise<void> {
  await openStore(connection, join(directory, 'rollups.duckdb'), silentLog);
  for (const table of YELLOW_TABLES) await connection.run(`DROP VIEW ${table}`);
  await makeYellow(connection);
  await make(connection);
  const tables = ['chat', 'streams', 'coverage', 'events', 'moderation'];
  const found = await connection.runAndReadAll(
    `SELECT DISTINCT hour FROM (${tables.map((table) => `SELECT hour FROM ${table}`).join(' UNION ALL ')}) ORDER BY hour`,
  );
  const hours = (found.getRowsJson() as [string][]).map(([hour]) => ({ hour, version: '1' }));
  await rollUpFirst(
    connection,
    hours.map(({ hour }) => hour),
  );
  await rollUp(connection, hours, new Date('2026-11-25T17:05:00Z'));
}

/**
 * A month of the channel 7 (haneul), and one day before it. On each second day it is live from 12:00 to 16:00, with a poll each five minutes; the
 * last broadcast is still live. People 0 to 19 write on each of these days, and others only on one. Channel 8 writes, too.
 */
export async function makeMonth(connection: DuckDBConnection): Promise<void> {
  const days = `(SELECT unnest(generate_series(TIMESTAMPTZ '2026-10-26 12:00:00+00', TIMESTAMPTZ '2026-11-25 12:00:00+00', INTERVAL 2 DAY)) AS began)`;
  const during = (from: string, to: string, step: string): string =>
    `unnest(generate_series(began + INTERVAL '${from}', began + INTERVAL '${to}', INTERVAL '${step}'))`;
  await insert(
    connection,
    'streams',
    `SELECT polled_at, concat('40', date_diff('day', TIMESTAMPTZ '2026-10-01 00:00:00+00', began)) AS stream_id, '7' AS channel_id, 'haneul' AS channel_login,
      '하늘' AS channel_name, began AS started_at, 'ko' AS language, 'Good evening' AS title,
      CASE WHEN polled_at < began + INTERVAL 1 HOUR THEN 'Just Chatting' WHEN day(began) % 10 = 0 THEN '${HOSTILE}' WHEN day(began) % 10 = 5 THEN '${LONG_CATEGORY}'
        WHEN day(began) % 10 = 8 THEN NULL ELSE concat('Game ', day(began)) END AS game_name,
      (500 + 10 * day(began) + date_diff('minute', began, polled_at))::BIGINT AS viewer_count
    FROM (SELECT began, ${during('2 MINUTE', '237 MINUTE', '5 MINUTE')} AS polled_at FROM ${days})`,
  );
  // Polls go on after the stream, without the channel.
  await insert(
    connection,
    'streams',
    `SELECT unnest(generate_series(TIMESTAMPTZ '2026-10-26 12:02:00+00', TIMESTAMPTZ '2026-11-25 16:57:00+00', INTERVAL 5 MINUTE)) AS polled_at, '1' AS stream_id,
      '8' AS channel_id, 'narae' AS channel_login, 'Narae' AS channel_name, TIMESTAMPTZ '2026-10-01 12:00:00+00' AS started_at, 'en' AS language, 'all day' AS title,
      'Chess' AS game_name, 30 AS viewer_count`,
  );
  await connection.run(`UPDATE streams SET polled_at = polled_at + INTERVAL 55 MINUTE, hour = strftime(polled_at + INTERVAL 55 MINUTE, '%Y-%m-%dT%H')
    WHERE channel_id = '7' AND polled_at::DATE = DATE '${LAST_DAY}'`);
  const said = (times: string, person: string, text: string, channel = '7'): string => `
    SELECT concat(sent_at, '-', n, '-', ${channel}) AS message_id, '${channel}' AS channel_id, ${channel === '7' ? `'haneul'` : `'narae'`} AS channel_login,
      (${person})::VARCHAR AS user_id, concat('user', ${person}) AS user_login, concat('User', ${person}) AS display_name, ${text} AS text, sent_at,
      sent_at + INTERVAL 1 SECOND AS received_at, sent_at + INTERVAL 2 SECOND AS appended_at, 'c1' AS collector, false AS is_shared_copy, false AS is_first_message
    FROM (SELECT began, sent_at, row_number() OVER (PARTITION BY began ORDER BY sent_at) AS n FROM (SELECT began, ${times} AS sent_at FROM ${days}))`;
  const texts = `CASE n % 5 WHEN 0 THEN '안녕하세요' WHEN 1 THEN 'hello there' WHEN 2 THEN 'ㅋㅋㅋㅋㅋ' WHEN 3 THEN 'PogChamp wow' ELSE '!command' END`;
  await insert(connection, 'chat', said(during('1 MINUTE', '235 MINUTE', '20 SECOND'), 'n % 20', texts));
  await insert(
    connection,
    'chat',
    said(during('62 MINUTE', '150 MINUTE', '60 SECOND'), '100 * day(began) + 1000 + n % 12', texts),
  );
  await insert(connection, 'chat', said(during('-30 MINUTE', '-10 MINUTE', '5 MINUTE'), '3', `'before the stream'`));
  await insert(connection, 'chat', said(during('0 MINUTE', '230 MINUTE', '5 MINUTE'), '9000', `'follow the rules'`));
  await insert(connection, 'chat', said(during('30 MINUTE', '40 MINUTE', '1 MINUTE'), '8000 + n', `'elsewhere'`));
  await insert(connection, 'chat', said(during('50 MINUTE', '60 MINUTE', '1 MINUTE'), '7', `'hateful'`));
  await insert(
    connection,
    'chat',
    said(during('0 MINUTE', '600 MINUTE', '60 SECOND'), '30 + n % 7', `'other channel'`, '8'),
  );
  await connection.run(`UPDATE chat SET user_login = 'nightbot', display_name = 'Nightbot' WHERE user_id = '9000'`);
  await connection.run(`UPDATE chat SET is_shared_copy = true WHERE text = 'elsewhere'`);
  await connection.run(
    `UPDATE chat SET display_name = NULL WHERE user_id = '5'; UPDATE chat SET display_name = '${HOSTILE}' WHERE user_id = '6'`,
  );
  await connection.run(
    `UPDATE chat SET emote_list = [{'id': '1', 'begin': 0, 'end': 7, 'text': 'PogChamp'}] WHERE text = 'PogChamp wow'`,
  );
  await connection.run(`UPDATE chat SET received_at = received_at + INTERVAL 2 HOUR WHERE user_id = '4'`);
  await connection.run(`UPDATE chat SET is_first_message = true WHERE channel_id = '7' AND user_id::BIGINT BETWEEN 1000 AND 4999
    AND sent_at = (SELECT min(sent_at) FROM chat AS all_chat WHERE all_chat.user_id = chat.user_id AND all_chat.channel_id = '7')`);
  await insert(
    connection,
    'moderation',
    `SELECT 'message deleted' AS kind, '7' AS channel_id, 'haneul' AS channel_login, message_id AS target_message_id, sent_at, sent_at AS received_at
    FROM chat WHERE text = 'hateful'`,
  );
  await insert(
    connection,
    'moderation',
    `SELECT kind, '7' AS channel_id, 'haneul' AS channel_login, began AS sent_at, began AS received_at
    FROM ${days}, (VALUES ('user timed out'), ('user timed out'), ('user banned'), ('chat cleared')) AS kinds(kind) WHERE day(began) > 10`,
  );
  await insert(
    connection,
    'events',
    `SELECT concat(kind, n, began) AS event_id, '7' AS channel_id, 'haneul' AS channel_login, kind, began + INTERVAL 70 MINUTE AS sent_at, began + INTERVAL 70 MINUTE AS received_at,
      CASE kind WHEN 'submysterygift' THEN 3 END AS gift_count, CASE kind WHEN 'raid' THEN 250 END AS raid_viewers, kind = 'sub' AND n = 4 AS is_shared_copy
    FROM ${days}, (VALUES ('sub', 4), ('resub', 2), ('subgift', 3), ('submysterygift', 1), ('raid', 1), ('announcement', 1)) AS kinds(kind, times),
      (SELECT unnest(generate_series(1, 4)) AS n) WHERE n <= times`,
  );
  await insert(
    connection,
    'coverage',
    `SELECT kind, 'c1' AS collector, began + minutes * INTERVAL 1 MINUTE AS happened_at, '7' AS channel_id, 'haneul' AS channel_login, reason
    FROM ${days}, (VALUES ('join', 1, NULL), ('loss', 100, 'the connection was closed'), ('join', 130, NULL), ('end', 237, 'CANCELLED')) AS changes(kind, minutes, reason)
    WHERE began < TIMESTAMPTZ '${LAST_DAY} 00:00:00+00' OR kind <> 'end'`,
  );
  await insert(
    connection,
    'coverage',
    `SELECT 'fill' AS kind, 'c2' AS collector, began + INTERVAL 110 MINUTE AS happened_at, began + INTERVAL 120 MINUTE AS filled_until, '7' AS channel_id, 'haneul' AS channel_login
    FROM ${days}`,
  );
  await insert(
    connection,
    'coverage',
    `SELECT 'tally' AS kind, 'c1' AS collector, unnest(generate_series(TIMESTAMPTZ '2026-10-26 12:00:00+00', TIMESTAMPTZ '2026-11-25 16:59:00+00', INTERVAL 10 MINUTE)) AS happened_at,
      3 AS received, 3 AS acknowledged`,
  );
}
