import { join } from 'node:path';
import type { WithDatabase } from '../activities/duckdb/database.ts';
import { literal } from '../activities/duckdb/literal.ts';
import type { Hdfs } from '../activities/hdfs/hdfs.ts';
import { redFileOptions } from '../activities/load/parquet.ts';
import { tableDirectory } from '../activities/red/list-tiles.ts';
import { formatTile } from '../activities/red/tile.ts';
import { hourStartMs } from '../workflows/hour.ts';
import type { Hour } from '../workflows/hour.ts';

const PARTITIONS = 4;

/**
 * Lines as Twitch sends them, about 430 bytes each, from their number alone: 97 % messages, of these 13 % replies, 8 % of emotes only, 3 % by VIPs;
 * 2 % subs, 1 % deletions; a third of the names and most texts with Hangul. A thousand channels, each in one partition.
 */
const LINES_SQL = `
  WITH numbers AS (
    SELECT n, n * ${PARTITIONS} + $partition AS number, $start_ms + n * 3600000 // $rows AS sent_ms FROM range($from, $to) numbers(n)
  ),
  people AS (
    SELECT *, md5(number::VARCHAR) AS random, hash(number, 1) % 100 AS kind, hash(number, 2) % 100 AS badge, hash(number, 3) % 100 AS emote,
      (hash(n, 4) % 250)::INTEGER * ${PARTITIONS} + $partition AS channel, floor(pow(hash(n, 5) % 1000000 / 1e6, 3) * 200000)::BIGINT AS person
    FROM numbers
  ),
  parts AS (
    SELECT *, concat_ws('-', random[1:8], random[9:12], random[13:16], random[17:20], random[21:32]) AS id,
      CASE WHEN person % 3 = 0 THEN '한국사람' ELSE 'User' END || person AS name,
      array_to_string(list_transform(range(1 + (hash(number, 6) % 8)::INTEGER), lambda word:
        (['안녕하세요', 'ㅋㅋㅋㅋ', 'lol', 'this is', 'great', 'LUL', '와', '대박', 'what', 'nice', 'KEKW', '진짜', 'go go', '!play :)', 'https://clips.twitch.tv/a'])
          [1 + (hash(number, 7 + word) % 15)::INTEGER]), ' ') AS said
    FROM people
  )
  SELECT
    $topic AS kafka_topic, $partition::INTEGER AS kafka_partition, n AS kafka_offset,
    make_timestamptz((sent_ms + 25) * 1000) AS appended_at, make_timestamptz((sent_ms + 15) * 1000) AS received_at,
    'collector-1' AS collector, (70000000 + channel)::VARCHAR AS key,
    CASE WHEN kind < 2 THEN concat('@badge-info=;badges=;color=#FF69B4;display-name=', name, ';emotes=;flags=;id=', id, ';login=user', person,
      ';mod=0;msg-id=resub;msg-param-cumulative-months=', person % 60, ';msg-param-sub-plan=1000;room-id=', 70000000 + channel,
      ';subscriber=1;system-msg=', name, '\\ssubscribed.;tmi-sent-ts=', sent_ms, ';user-id=', 10000000 + person,
      ';user-type=;vip=0 :tmi.twitch.tv USERNOTICE #channel', channel, ' :', said)
    WHEN kind < 3 THEN concat('@login=user', person, ';room-id=;target-msg-id=', id, ';tmi-sent-ts=', sent_ms,
      ' :tmi.twitch.tv CLEARMSG #channel', channel, ' :', said)
    ELSE concat('@badge-info=', CASE WHEN badge < 30 THEN 'subscriber/' || person % 60 END,
      ';badges=', CASE WHEN badge < 30 THEN concat('subscriber/', person % 60 // 12 * 12, ',premium/1') WHEN badge < 60 THEN 'no_audio/1' END,
      CASE WHEN badge < 70 THEN ';client-nonce=' || random END, ';color=#', upper(md5(person::VARCHAR)[1:6]), ';display-name=', name,
      CASE WHEN emote < 8 THEN ';emote-only=1' END,
      ';emotes=', CASE WHEN emote < 25 THEN '25:0-4' WHEN emote < 35 THEN 'emotesv2_ee52e9d2f1344320bad5e93dd2a6e570:0-10,16-26' END,
      ';first-msg=0;flags=;id=', id, ';mod=0',
      CASE WHEN kind < 16 THEN concat(';reply-parent-display-name=', name, ';reply-parent-msg-body=', replace(said, ' ', '\\s'),
        ';reply-parent-msg-id=', random, ';reply-parent-user-id=', 10000000 + person, ';reply-parent-user-login=user', person,
        ';reply-thread-parent-msg-id=', random, ';reply-thread-parent-user-login=user', person) END,
      ';returning-chatter=0;room-id=', 70000000 + channel, ';subscriber=', (badge < 30)::INTEGER, ';tmi-sent-ts=', sent_ms,
      ';turbo=0;user-id=', 10000000 + person, ';user-type=', CASE WHEN emote > 96 THEN ';vip=1' END,
      ' :user', person, '!user', person, '@user', person, '.tmi.twitch.tv PRIVMSG #channel', channel, ' :', said) END AS line
  FROM parts ORDER BY n`;

export interface RedTarget {
  hdfs: Hdfs;
  root: string;
  withDatabase: WithDatabase;
  /** Local, for files until they are uploaded. */
  directory: string;
}

/**
 * Writes the tiles of a part of an hour of red/chat to HDFS: one for each partition. The hour has about `rows` lines, evenly in time.
 * @param part 0 to 1, from and to; the whole hour by default
 */
export async function writeRedHour(
  { hdfs, root, withDatabase, directory }: RedTarget,
  hour: Hour,
  rows: number,
  part: [number, number] = [0, 1],
): Promise<void> {
  const rowsOfPartition = Math.ceil(rows / PARTITIONS);
  const [from, to] = part.map((share) => Math.round(share * rowsOfPartition)) as [number, number];
  for (let partition = 0; partition < PARTITIONS; partition += 1) {
    const topic = 'twitch.chat';
    const range = { partition, from: BigInt(from), to: BigInt(to) };
    const values: Record<string, string> = {
      partition: String(partition),
      rows: String(rowsOfPartition),
      from: String(from),
      to: String(to),
      start_ms: String(hourStartMs(hour)),
      topic: literal(topic),
    };
    const local = join(directory, `red-${partition}.parquet`);
    const sql = LINES_SQL.replaceAll(/\$(\w+)/g, (_, name: string) => values[name] ?? '');
    await withDatabase((connection) =>
      connection.run(`COPY (${sql}) TO ${literal(local)} (${redFileOptions(topic, range, [hour])})`),
    );
    await hdfs.upload(local, `${tableDirectory(root, 'chat')}/${formatTile({ ...range, hour })}`, {
      createParent: true,
    });
  }
}
