import type { DuckDBConnection } from '@duckdb/node-api';
import { literal } from '../../../activities/duckdb/literal.ts';
import { YELLOW_TABLES } from '../../../activities/yellow/manifest.ts';
import { yellowColumns } from '../../../activities/yellow/read-columns.ts';
import { ROLLUP_VIEWS } from '../../../viz/rollups.ts';

/** Names that strangers could give a channel or a category. */
export const HOSTILE = '</script><img src=x onerror=alert(1)><b>%{label}</b> $x$ &lt;';

/** Creates empty tables of yellow with the column `hour`. */
export async function createYellow(connection: DuckDBConnection): Promise<void> {
  for (const table of YELLOW_TABLES) {
    const columns = await yellowColumns(connection, table);
    await connection.run(`CREATE TEMP TABLE ${table} (${columns}, hour VARCHAR)`);
  }
}

/** Makes the rollups of the tables, as views. */
export const rollUpAll = (connection: DuckDBConnection): Promise<unknown> => connection.run(ROLLUP_VIEWS);

/**
 * Chat of some hours: 300 people in six channels, most of them in one or two; bots, with a name and with a badge; copies by shared chat; messages that
 * moderators have hidden; messages that arrived an hour late; people without an id. Channel 6 has few chatters.
 */
export async function addChat(connection: DuckDBConnection): Promise<void> {
  await connection.run(`
    INSERT INTO chat BY NAME
    WITH said AS (
      SELECT n, n % 300 AS person, n % 7 AS hour, CASE WHEN n % 5 = 0 THEN (n // 7) % 5 ELSE (n % 300) % 5 END AS channel FROM range(4000) AS t(n)
      UNION ALL SELECT 4000 + n, n, 1, 5 FROM range(12) AS t(n)
    )
    SELECT
      n::VARCHAR AS message_id, strftime(said_at, '%Y-%m-%dT%H') AS hour, (channel + 1)::VARCHAR AS channel_id, 'login' || (channel + 1) AS channel_login,
      CASE WHEN person % 50 <> 0 THEN (1000 + person)::VARCHAR END AS user_id,
      CASE WHEN person = 1 THEN 'nightbot' ELSE 'user' || person END AS user_login,
      said_at AS sent_at, said_at AS appended_at, said_at + CASE WHEN n % 11 = 0 THEN INTERVAL 1 HOUR ELSE INTERVAL 1 SECOND END AS received_at,
      CASE WHEN n = 302 THEN 'bot-badge/1' END AS badges, n % 17 = 0 AS is_shared_copy,
      (['안녕하세요', 'hello', 'こんにちは', 'привет', '123', '!command'])[n % 6 + 1] AS text
    FROM (SELECT *, TIMESTAMPTZ '2026-11-25 10:00:00+00' + INTERVAL 1 HOUR * hour + INTERVAL 1 SECOND * (n % 3600) AS said_at FROM said)`);
  await connection.run(`
    INSERT INTO moderation BY NAME
    SELECT 'user timed out' AS kind, '2' AS channel_id, '1016' AS target_user_id, TIMESTAMPTZ '2026-11-25 17:00:00+00' AS received_at,
      TIMESTAMPTZ '2026-11-25 17:00:00+00' AS sent_at, '2026-11-25T17' AS hour`);
}

/** Polls of each ten minutes, and one of a channel that nobody listens to. The third channel has a hostile name and category. */
export async function addPolls(connection: DuckDBConnection): Promise<void> {
  await connection.run(`
    INSERT INTO streams BY NAME
    SELECT
      strftime(polled_at, '%Y-%m-%dT%H') AS hour, polled_at, (channel + 1)::VARCHAR AS channel_id, 'login' || (channel + 1) AS channel_login,
      CASE WHEN channel = 2 THEN ${literal(HOSTILE)} WHEN channel = 0 THEN '하늘' ELSE 'Login' || (channel + 1) END AS channel_name,
      CASE WHEN channel = 2 THEN ${literal(HOSTILE)} WHEN (channel + poll // 5) % 4 = 0 THEN '' ELSE 'Game ' || (channel + poll // 5) % 4 END AS game_name,
      CASE WHEN channel = 4 THEN NULL ELSE (['ko', 'en', 'ja', 'ru'])[channel % 4 + 1] END AS language,
      100 * (channel + 1) + poll AS viewer_count, 's' || channel AS stream_id
    FROM (
      SELECT *, TIMESTAMPTZ '2026-11-25 10:05:00+00' + INTERVAL 10 MINUTE * poll AS polled_at
      FROM range(42) AS a(poll), range(9) AS b(channel) WHERE (poll + channel) % 6 <> 0
    )`);
}
