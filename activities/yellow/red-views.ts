import type { DuckDBConnection } from '@duckdb/node-api';
import { literals } from '../duckdb/literal.ts';
import { createKeptLine } from '../opt-out/kept-line.ts';
import type { People } from '../opt-out/redact-line.ts';

const RED_COLUMNS = `kafka_topic VARCHAR, kafka_partition INTEGER, kafka_offset BIGINT, appended_at TIMESTAMPTZ, received_at TIMESTAMPTZ,
  collector VARCHAR, key VARCHAR, line VARCHAR`;
const STREAM_COLUMNS = `polled_at TIMESTAMPTZ, id VARCHAR, user_id VARCHAR, user_login VARCHAR, user_name VARCHAR, game_id VARCHAR,
  game_name VARCHAR, type VARCHAR, title VARCHAR, tags VARCHAR[], viewer_count BIGINT, started_at VARCHAR, language VARCHAR,
  thumbnail_url VARCHAR, tag_ids VARCHAR[], is_mature BOOLEAN, raw VARCHAR`;

/**
 * Leaves out imported lines of other hours than the variable `event_hour`, if it is set. A tile of an import has lines of many hours, and parsing
 * them costs much more than this. It is a part of the rule in `sql/times.sql`: an imported line belongs to the hour of its arrival time, if that
 * is plausible.
 */
const NOT_OF_OTHER_IMPORTS = `coalesce(NOT (starts_with(collector, 'import-') AND epoch_ms(received_at) // 3600000 <> getvariable('event_hour')
  AND received_at >= TIMESTAMPTZ '2005-01-01 00:00:00+00' AND received_at <= appended_at + INTERVAL 1 HOUR), true)`;

/**
 * Creates a view of local Parquet files of any release, with their `filename`. A column that a file lacks is NULL for its rows. The view has all
 * `columns`, whatever the files have, and no rows without files.
 */
async function viewOver(
  connection: DuckDBConnection,
  view: string,
  files: string[],
  columns: string,
  { kept = '*', where = 'true' } = {},
): Promise<void> {
  const read = `SELECT ${kept} FROM read_parquet(${literals(files)}, filename = true, union_by_name = true)`;
  await connection.run(`CREATE OR REPLACE TEMP TABLE no_${view} (${columns}, filename VARCHAR)`);
  await connection.run(
    `CREATE OR REPLACE TEMP VIEW ${view} AS FROM (FROM no_${view} ${files.length > 0 ? `UNION ALL BY NAME ${read}` : ''}) WHERE ${where}`,
  );
}

/**
 * Creates the views that the SQL texts read, from local copies of tiles and polls. With `optOut`, `red_chat` has the lines as they may be kept
 * of these people.
 */
export async function createRedViews(
  connection: DuckDBConnection,
  files: {
    chat: string[];
    /** Only these lines of chat. */
    offsets?: { from: bigint; to: bigint } | undefined;
    coverage: string[];
    streams: string[];
    optOut?: People | undefined;
  },
): Promise<void> {
  if (files.optOut !== undefined) await createKeptLine(connection, files.optOut);
  const kept = files.optOut === undefined ? '*' : '* REPLACE (kept_line(line) AS line)';
  const { offsets } = files;
  const ofSlice = offsets === undefined ? 'true' : `kafka_offset >= ${offsets.from} AND kafka_offset < ${offsets.to}`;
  await viewOver(connection, 'red_chat', files.chat, RED_COLUMNS, {
    kept,
    where: `${ofSlice} AND ${NOT_OF_OTHER_IMPORTS}`,
  });
  await viewOver(connection, 'red_coverage', files.coverage, RED_COLUMNS);
  await viewOver(connection, 'red_streams', files.streams, STREAM_COLUMNS);
}
