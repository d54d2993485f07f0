import { join } from 'node:path';
import { rm } from 'node:fs/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { WithDatabase } from '../activities/duckdb/database.ts';
import { literal } from '../activities/duckdb/literal.ts';
import type { Hdfs } from '../activities/hdfs/hdfs.ts';
import { manifestPath, tablePath, YELLOW_TABLES } from '../activities/yellow/manifest.ts';
import type { YellowTable } from '../activities/yellow/manifest.ts';
import { yellowColumns } from '../activities/yellow/read-columns.ts';
import { addHours, hourStartMs } from '../workflows/hour.ts';
import type { Hour } from '../workflows/hour.ts';

const CHANNELS = 100;
const PEOPLE = 50_000;
/** People around each channel. Half of them are around the next one, too. */
const AROUND = 1_000;
const POLL_MINUTES = 2;

/** A month of a hundred channels. */
export interface Month {
  firstHour: Hour;
  hours: number;
  messages: number;
}

/**
 * Rows of an hour from their number alone: each channel is live for eight hours a day, the first ones have most of the chat, an eighth of the
 * minutes has three times as much, and a few words and people are in most messages: who writes in an hour writes three messages.
 */
export const ROWS: Partial<Record<YellowTable, string>> = {
  chat: `
    WITH numbers AS (SELECT n, hash(n, $salt) AS h FROM range($rows) numbers(n)),
    said AS (
      SELECT n, h, live[1 + floor(pow(h % 1000000 / 1e6, 2) * len(live))::INTEGER] AS channel, floor(pow(hash(h, 1) % 1000000 / 1e6, 6) * ${AROUND})::BIGINT AS regular,
        (CASE WHEN hash(h, 2) % 4 = 0 THEN hash(h, 3) % 8 * 450000 + hash(h, 4) % 60000 ELSE hash(h, 4) % 3600000 END)::BIGINT AS ms
      FROM numbers, (SELECT list(c) AS live FROM range(${CHANNELS}) channels(c) WHERE ($hour_number + c * 7) % 24 < 8)
    )
    SELECT
      concat_ws('-', $salt, n) AS message_id, (70000000 + channel)::VARCHAR AS channel_id, 'channel' || channel AS channel_login,
      (10000000 + person)::VARCHAR AS user_id, 'user' || person AS user_login, 'User' || person AS display_name,
      array_to_string(list_transform(range(1 + (hash(h, 6) % 8)::INTEGER), lambda word: CASE WHEN hash(h, 7 + word) % 3 = 0 THEN '하늘' ELSE 'word' END
        || floor(pow(hash(h, 20 + word) % 1000000 / 1e6, 4) * 20000)::INTEGER), ' ') AS text,
      make_timestamptz(($start_ms + ms) * 1000) AS sent_at, make_timestamptz(($start_ms + ms + 30) * 1000) AS received_at,
      make_timestamptz(($start_ms + ms + 50) * 1000) AS appended_at, hash(h, 8) % 300 = 0 AS is_first_message, false AS is_returning_chatter,
      hash(h, 9) % 3 = 0 AS is_subscriber, false AS is_shared_copy,
      CASE WHEN hash(h, 10) % 4 = 0 THEN [{'id': '25', 'begin': 0::BIGINT, 'end': 4::BIGINT, 'text': ['Kappa', 'LUL', 'PogChamp', 'BibleThump'][1 + (hash(h, 11) % 4)::INTEGER]}] END AS emote_list,
      'collector-1' AS collector
    FROM (SELECT *, (channel * ${AROUND / 2} + regular) % ${PEOPLE} AS person FROM said) ORDER BY channel_id, sent_at`,
  streams: `
    SELECT
      make_timestamptz(($start_ms + poll * ${POLL_MINUTES * 60_000}) * 1000) AS polled_at, (($hour_number - age) * 100 + c)::VARCHAR AS stream_id,
      (70000000 + c)::VARCHAR AS channel_id, 'channel' || c AS channel_login, 'Channel' || c AS channel_name,
      'Category ' || ((c + ($hour_number - age) + age // 3) % 25) AS game_name, 'Title of ' || c AS title,
      (20000 // (1 + c) + hash(poll, c, $salt) % 100)::BIGINT AS viewer_count, CASE WHEN c % 3 = 0 THEN 'en' ELSE 'ko' END AS language,
      make_timestamptz(($start_ms - age * 3600000) * 1000) AS started_at
    FROM (SELECT c, ($hour_number + c * 7) % 24 AS age FROM range(${CHANNELS}) channels(c)), range(${60 / POLL_MINUTES}) polls(poll)
    WHERE age < 8 ORDER BY polled_at, channel_id`,
  moderation: `
    SELECT
      'user timed out' AS kind, (70000000 + c)::VARCHAR AS channel_id, 'channel' || c AS channel_login, (10000000 + hash(c, $salt) % 1000)::VARCHAR AS target_user_id,
      make_timestamptz(($start_ms + 1800000) * 1000) AS sent_at, make_timestamptz(($start_ms + 1800000) * 1000) AS received_at
    FROM range(${CHANNELS}) channels(c) WHERE ($hour_number + c * 7) % 24 < 8`,
  coverage: `
    SELECT 'tally' AS kind, 'collector-1' AS collector, make_timestamptz(($start_ms + w * 10000) * 1000) AS happened_at, $rows // 360 AS received, $rows // 360 AS acknowledged
    FROM range(360) windows(w)
    UNION ALL BY NAME
    SELECT 'join' AS kind, 'collector-1' AS collector, make_timestamptz(($start_ms + 1000) * 1000) AS happened_at, (70000000 + c)::VARCHAR AS channel_id, 'channel' || c AS channel_login
    FROM range(${CHANNELS}) channels(c) WHERE ($hour_number + c * 7) % 24 = 0`,
  tallies: `
    SELECT 'collector-1' AS collector, make_timestamptz(($start_ms + w * 10000) * 1000) AS window_start, $rows // 360 AS red_messages, $rows // 360 AS yellow_messages, 0 AS erased_messages
    FROM range(360) windows(w)`,
};

interface Lake {
  hdfs: Hdfs;
  root: string;
  withDatabase: WithDatabase;
  directory: string;
}

/** Writes the yellow of a month: tables and manifests. */
export async function writeMonth(lake: Lake, { firstHour, hours, messages }: Month): Promise<void> {
  await lake.withDatabase(async (connection) => {
    for (let index = 0; index < hours; index += 1)
      await writeHour(lake, connection, addHours(firstHour, index), Math.floor(messages / hours));
  });
}

/** Writes one hour of yellow with `rows` messages, replacing an older one. */
export async function writeHour(lake: Lake, connection: DuckDBConnection, hour: Hour, rows: number): Promise<void> {
  const { hdfs, root, directory } = lake;
  const tables: Record<string, { rows: number; digest: string }> = {};
  for (const table of YELLOW_TABLES) {
    const sql = ROWS[table];
    if (sql === undefined) continue;
    await connection.run(`CREATE OR REPLACE TEMP TABLE made (${await yellowColumns(connection, table)})`);
    await connection.run(`INSERT INTO made BY NAME ${withValues(sql, hour, rows)}`);
    const file = join(directory, `${table}.parquet`);
    await connection.run(`COPY made TO ${literal(file)} (FORMAT parquet, COMPRESSION zstd)`);
    await hdfs.remove(tablePath(root, table, hour));
    await hdfs.upload(file, tablePath(root, table, hour), { createParent: true });
    await rm(file);
    tables[table] = { rows, digest: `${rows}` };
  }
  const manifest = {
    hour,
    redHours: [hour],
    redFiles: [],
    sql: 'bench',
    tables,
    complete: true,
    refinedAt: new Date().toISOString(),
  };
  await hdfs.remove(manifestPath(root, hour));
  await hdfs.writeText(manifestPath(root, hour), JSON.stringify(manifest), { createParent: true });
}

export function withValues(sql: string, hour: Hour, rows: number): string {
  const values: Record<string, string> = {
    salt: literal(hour),
    rows: String(rows),
    hour_number: String(hourStartMs(hour) / 3_600_000),
    start_ms: String(hourStartMs(hour)),
  };
  return sql.replaceAll(/\$(\w+)/g, (_found, name: string) => values[name] ?? '');
}
