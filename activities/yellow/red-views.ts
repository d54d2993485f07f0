import type { DuckDBConnection } from '@duckdb/node-api';
import { literals } from '../duckdb/literal.ts';
import { createKeptLine } from '../opt-out/kept-line.ts';
import { addHours } from '../../workflows/hour.ts';
import type { Hour } from '../../workflows/hour.ts';
import type { People } from '../opt-out/redact-line.ts';

const RED_COLUMNS = `kafka_topic VARCHAR, kafka_partition INTEGER, kafka_offset BIGINT, appended_at TIMESTAMPTZ, received_at TIMESTAMPTZ,
  collector VARCHAR, key VARCHAR, line VARCHAR`;
const STREAM_COLUMNS = `polled_at TIMESTAMPTZ, id VARCHAR, user_id VARCHAR, user_login VARCHAR, user_name VARCHAR, game_id VARCHAR,
  game_name VARCHAR, type VARCHAR, title VARCHAR, tags VARCHAR[], viewer_count BIGINT, started_at VARCHAR, language VARCHAR,
  thumbnail_url VARCHAR, tag_ids VARCHAR[], is_mature BOOLEAN, raw VARCHAR`;

const IS_IMPORT = "collector >= 'import-' AND collector < 'import.'";

/**
 * The rows of red that an hour can have, as conditions of which each row meets at most one. A tile of an import has lines of many hours, in the
 * order of time: each condition compares columns with constants, so DuckDB reads only the row groups that it needs. By the rule in `sql/times.sql`,
 * an imported line belongs to the hour of its arrival time, or to that of its append time.
 */
function rowsOf(hour: Hour): string[] {
  const [from, to] = [hour, addHours(hour, 1)].map((it) => `TIMESTAMPTZ '${it}:00:00+00'`);
  return [
    "collector IS NULL OR collector < 'import-' OR collector >= 'import.'",
    `${IS_IMPORT} AND received_at >= ${from} AND received_at < ${to}`,
    `${IS_IMPORT} AND appended_at >= ${from} AND appended_at < ${to} AND coalesce(
      received_at < TIMESTAMPTZ '2005-01-01 00:00:00+00' OR received_at > appended_at + INTERVAL 1 HOUR, true)
      AND coalesce(received_at < ${from} OR received_at >= ${to}, true)`,
  ];
}

/**
 * Creates a view of local Parquet files of any release, with their `filename`. A column that a file lacks is NULL for its rows. The view has all
 * `columns`, whatever the files have, and no rows without files.
 */
async function viewOver(
  connection: DuckDBConnection,
  view: string,
  files: string[],
  columns: string,
  { kept = '*', conditions = ['true'] }: { kept?: string; conditions?: string[] } = {},
): Promise<void> {
  const read = conditions.map(
    (condition) =>
      `UNION ALL BY NAME SELECT ${kept} FROM read_parquet(${literals(files)}, filename = true, union_by_name = true) WHERE ${condition}`,
  );
  await connection.run(`CREATE OR REPLACE TEMP TABLE no_${view} (${columns}, filename VARCHAR)`);
  await connection.run(
    `CREATE OR REPLACE TEMP VIEW ${view} AS FROM no_${view} ${files.length > 0 ? read.join(' ') : ''}`,
  );
}

/**
 * Creates the views that the SQL texts read, from local copies of tiles and polls. With `optOut`, `red_chat` has the lines as they may be kept
 * of these people. With `hour`, lines of imports that belong to other hours may be missing.
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
    hour?: Hour;
  },
): Promise<void> {
  if (files.optOut !== undefined) await createKeptLine(connection, files.optOut);
  const kept = files.optOut === undefined ? '*' : '* REPLACE (kept_line(line) AS line)';
  const { offsets, hour } = files;
  const ofHour = hour === undefined ? ['true'] : rowsOf(hour);
  const ofSlice = offsets === undefined ? '' : ` AND kafka_offset >= ${offsets.from} AND kafka_offset < ${offsets.to}`;
  await viewOver(connection, 'red_chat', files.chat, RED_COLUMNS, {
    kept,
    conditions: ofHour.map((condition) => `(${condition})${ofSlice}`),
  });
  await viewOver(connection, 'red_coverage', files.coverage, RED_COLUMNS);
  await viewOver(connection, 'red_streams', files.streams, STREAM_COLUMNS);
}
