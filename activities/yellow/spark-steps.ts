import type { Hour } from '../../workflows/hour.ts';
import type { Step } from '../spark/job.ts';
import { ORDER } from './files.ts';
import { hourNumber } from './hour-number.ts';
import { YELLOW_TABLES } from './manifest.ts';
import type { YellowTable } from './manifest.ts';
import { SPARK_STATEMENTS } from './spark-text.ts';

const RED_COLUMNS = `kafka_topic STRING, kafka_partition INT, kafka_offset BIGINT, appended_at TIMESTAMP, received_at TIMESTAMP,
  collector STRING, key STRING, line STRING`;
const STREAM_COLUMNS = `polled_at TIMESTAMP, id STRING, user_id STRING, user_login STRING, user_name STRING, game_id STRING,
  game_name STRING, type STRING, title STRING, tags ARRAY<STRING>, viewer_count BIGINT, started_at STRING, language STRING,
  thumbnail_url STRING, tag_ids ARRAY<STRING>, is_mature BOOLEAN, raw STRING`;

/** URLs of red files for one hour of yellow. `ownChat` are the tiles whose append hour is this hour. */
export interface RedUrls {
  ownChat: string[];
  otherChat: string[];
  coverage: string[];
  streams: string[];
}

/** Four tables are made of these rows. Without a copy, each would parse all lines again. */
const TIMED_LINES = 'CREATE OR REPLACE TEMPORARY VIEW timed_lines ';

/** Where a table is written: the file in it has a name that Spark chooses. */
export const sparkTableDirectory = (directory: string, table: YellowTable): string => `${directory}/${table}`;

/** Refines one hour: reads red, and writes all tables below `directory`. */
export function sparkSteps(hour: Hour, red: RedUrls, directory: string): Step[] {
  const write = (table: YellowTable): Step => ({
    write: table,
    order: ORDER[table],
    directory: sparkTableDirectory(directory, table),
  });
  const keepLines: Step = { keep: 'timed_lines', directory: `${directory}/timed_lines` };
  return [
    { read: 'own_chat', columns: RED_COLUMNS, files: red.ownChat },
    { read: 'other_chat', columns: RED_COLUMNS, files: red.otherChat },
    { read: 'red_coverage', columns: RED_COLUMNS, files: red.coverage },
    { read: 'red_streams', columns: STREAM_COLUMNS, files: red.streams },
    { sql: `DECLARE OR REPLACE VARIABLE event_hour BIGINT = ${hourNumber(hour)}` },
    ...SPARK_STATEMENTS.flatMap((sql): Step[] => (sql.startsWith(TIMED_LINES) ? [{ sql }, keepLines] : [{ sql }])),
    // Chat comes before tallies, which counts its rows.
    ...YELLOW_TABLES.map(write),
  ];
}
