import { link } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { WithDatabase } from '../duckdb/database.ts';
import type { Hour } from '../../workflows/hour.ts';
import { hourNumber } from './hour-number.ts';
import { YELLOW_TABLES } from './manifest.ts';
import type { Manifest, TableVersion, YellowTable } from './manifest.ts';
import { measure, sumOf } from './measure.ts';
import { copiesFile, copyTo, otherLinesFile } from './pieces.ts';
import type { Piece } from './pieces.ts';
import { literal, literals } from '../duckdb/literal.ts';
import { createRedViews } from './red-views.ts';
import { CHAT_SQL, LINES_SQL, TABLES_SQL, TALLIES_SQL } from './sql-text.ts';

/** Local files of which an hour of yellow is made. */
export interface HourFiles {
  /** At least one. */
  pieces: readonly Piece[];
  /** The chat tiles whose append hour is this hour. */
  ownChat: readonly string[];
  coverage: string[];
  streams: string[];
}

export const ORDER: Record<YellowTable, string> = {
  chat: 'channel_id, coalesce(sent_at, received_at), kafka_partition, kafka_offset',
  events: 'channel_id, coalesce(sent_at, received_at), kafka_partition, kafka_offset',
  moderation: 'channel_id, coalesce(sent_at, received_at), kafka_partition, kafka_offset',
  streams: 'polled_at, channel_id',
  coverage: 'happened_at, kind, channel_id, collector',
  tallies: 'window_start, collector',
  quarantine: 'kafka_partition, kafka_offset',
};

/**
 * Creates the {@link YELLOW_TABLES} of one hour in the database. `chat` is a view of a file in `directory`, because it can be larger than the
 * memory.
 * @returns the version of that file
 */
export async function createYellowTables(
  connection: DuckDBConnection,
  hour: Hour,
  files: HourFiles,
  directory: string,
): Promise<TableVersion> {
  const { pieces, ownChat, coverage, streams } = files;
  await createTablesWithoutChat(connection, hour, { coverage, streams, otherLines: pieces.map(otherLinesFile) });
  const chat = localYellowFile(directory, 'chat');
  const version = await writeChat(connection, pieces, chat);
  await connection.run(`CREATE OR REPLACE TEMP VIEW chat AS FROM read_parquet(${literal(chat)})`);
  await createRedViews(connection, { chat: [...ownChat], coverage: [], streams: [] });
  await connection.run(`SET VARIABLE red_hour_chat = ${literals(ownChat)}::VARCHAR[]`);
  await connection.run(TALLIES_SQL);
  return version;
}

/** Creates empty tables, with the columns and types of all hours. */
export async function createEmptyTables(connection: DuckDBConnection): Promise<void> {
  await createTablesWithoutChat(connection, '1970-01-01T00', { coverage: [], streams: [], otherLines: [] });
  await connection.run('CREATE OR REPLACE TEMP VIEW all_copies AS FROM chat_copies');
  await connection.run('CREATE OR REPLACE TEMP VIEW chat AS FROM all_copies');
  await connection.run('SET VARIABLE red_hour_chat = []::VARCHAR[]');
  await connection.run(TALLIES_SQL);
}

/** Creates the tables but chat and tallies. The views of the SQL texts have no chat lines here: these are in the pieces. */
async function createTablesWithoutChat(
  connection: DuckDBConnection,
  hour: Hour,
  { coverage, streams, otherLines }: { coverage: string[]; streams: string[]; otherLines: string[] },
): Promise<void> {
  await createRedViews(connection, { chat: [], coverage, streams });
  await connection.run(`SET VARIABLE event_hour = ${hourNumber(hour)}::BIGINT`);
  await connection.run(LINES_SQL);
  await connection.run(CHAT_SQL);
  const parsed = otherLines.length > 0 ? `read_parquet(${literals(otherLines)})` : 'parsed_other_lines';
  await connection.run(`CREATE OR REPLACE TEMP VIEW other_lines AS FROM ${parsed}`);
  await connection.run(TABLES_SQL);
}

/**
 * Writes the messages of all pieces to one file, each once: of the copies of a message, the one that Kafka had first is kept. Copies are rare,
 * so they are looked for only if there are fewer ids than rows. @returns the version of the file
 */
async function writeChat(connection: DuckDBConnection, pieces: readonly Piece[], file: string): Promise<TableVersion> {
  const [only, ...others] = pieces.map(copiesFile);
  const all = sumOf(pieces.map(({ copies }) => copies));
  await connection.run(
    `CREATE OR REPLACE TEMP VIEW all_copies AS FROM read_parquet(${literals(pieces.map(copiesFile))})`,
  );
  const counted = await connection.runAndReadAll('SELECT count(DISTINCT hash(message_id)) FROM all_copies');
  const ids = Number(counted.value(0, 0));
  if (ids === all.rows) {
    if (only !== undefined && others.length === 0) await link(only, file);
    else await copyTo(connection, 'FROM all_copies', file);
    return all;
  }
  await connection.run(LATER_COPIES_SQL);
  const rows = await copyTo(connection, WITHOUT_LATER_COPIES, file);
  // Two ids with one hash, or a line that is in two tiles.
  if (rows !== ids) await copyTo(connection, FIRST_COPIES, file);
  return measure(connection, file);
}

/** The hash finds the few rows that may be copies, so that not all ids are sorted. */
const LATER_COPIES_SQL = `
  CREATE OR REPLACE TEMP TABLE later_copies AS
  SELECT message_id, kafka_partition, kafka_offset FROM all_copies
  WHERE hash(message_id) IN (SELECT hash(message_id) FROM all_copies GROUP BY ALL HAVING count(*) > 1)
  QUALIFY row_number() OVER (PARTITION BY message_id ORDER BY appended_at, kafka_partition, kafka_offset) > 1`;
const WITHOUT_LATER_COPIES = 'FROM all_copies ANTI JOIN later_copies USING (message_id, kafka_partition, kafka_offset)';
/** The same rows, at the cost of sorting all of them. */
const FIRST_COPIES =
  'FROM all_copies QUALIFY row_number() OVER (PARTITION BY message_id ORDER BY appended_at, kafka_partition, kafka_offset) = 1';

/** Makes the tables of an hour, and writes each table with rows to `directory/<table>.parquet`. */
export type WriteYellowFiles = (hour: Hour, files: HourFiles, directory: string) => Promise<Manifest['tables']>;

export function createYellowWriter(withDatabase: WithDatabase): WriteYellowFiles {
  return (hour, files, directory) =>
    withDatabase(async (connection) => {
      // Keeping the order in which rows come would take memory. Pieces are sorted, and stay so in large parts.
      await connection.run('SET preserve_insertion_order = false');
      const tables = { chat: await createYellowTables(connection, hour, files, directory) } as Manifest['tables'];
      for (const table of YELLOW_TABLES)
        if (table !== 'chat') tables[table] = await writeYellowTable(connection, table, directory);
      return tables;
    });
}

/** Writes a table, and measures what was written. */
export async function writeYellowTable(
  connection: DuckDBConnection,
  table: YellowTable,
  directory: string,
): Promise<TableVersion> {
  const file = localYellowFile(directory, table);
  await copyTo(connection, `FROM ${table} ORDER BY ${ORDER[table]}`, file);
  return measure(connection, file);
}

export const localYellowFile = (directory: string, table: YellowTable): string => join(directory, `${table}.parquet`);
