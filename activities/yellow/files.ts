import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { WithDatabase } from '../duckdb/database.ts';
import type { Hour } from '../../workflows/hour.ts';
import { hourNumber } from './hour-number.ts';
import { YELLOW_TABLES } from './manifest.ts';
import type { Manifest, YellowTable } from './manifest.ts';
import { measure } from './measure.ts';
import { literal, literals } from '../duckdb/literal.ts';
import type { People } from '../opt-out/redact-line.ts';
import { createRedViews } from './red-views.ts';
import { LINES_SQL, TABLES_SQL, TALLIES_SQL } from './sql-text.ts';

/** Local red files for one hour of yellow. `ownChat` is the part of `chat` whose append hour is this hour. */
export interface RedFiles {
  chat: string[];
  ownChat: string[];
  coverage: string[];
  streams: string[];
  /** The people who opted out. None by default. */
  optOut?: People;
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

/** Of the copies of a message, the one that Kafka had first is kept. */
const FIRST_COPIES =
  'QUALIFY row_number() OVER (PARTITION BY message_id ORDER BY appended_at, kafka_partition, kafka_offset) = 1';

/**
 * Creates the {@link YELLOW_TABLES} of one hour in the database, from local red files. `chat` is a view of a file in `directory`, because it can
 * be larger than the memory.
 */
export async function createYellowTables(
  connection: DuckDBConnection,
  hour: Hour,
  red: RedFiles,
  directory: string,
): Promise<void> {
  await createTablesWithoutChat(connection, hour, red);
  await createChat(connection, directory);
  await connection.run(TALLIES_SQL);
}

/** Creates empty tables, with the columns and types of all hours. */
export async function createEmptyTables(connection: DuckDBConnection): Promise<void> {
  await createTablesWithoutChat(connection, '1970-01-01T00', { chat: [], ownChat: [], coverage: [], streams: [] });
  await connection.run('CREATE OR REPLACE TEMP VIEW chat AS FROM chat_copies');
  await connection.run(TALLIES_SQL);
}

/** Creates the tables but chat and tallies, and the view `chat_copies`. */
async function createTablesWithoutChat(connection: DuckDBConnection, hour: Hour, red: RedFiles): Promise<void> {
  await createRedViews(connection, { ...red, hour });
  await connection.run(`SET VARIABLE event_hour = ${hourNumber(hour)}::BIGINT`);
  await connection.run(`SET VARIABLE red_hour_chat = ${literals(red.ownChat)}::VARCHAR[]`);
  await connection.run(LINES_SQL);
  await connection.run(TABLES_SQL);
}

/** Copies are rare, so all rows are written once and checked. Only an hour with copies is written again without them. */
async function createChat(connection: DuckDBConnection, directory: string): Promise<void> {
  const copies = localYellowFile(directory, 'chat-copies');
  const file = localYellowFile(directory, 'chat');
  const rows = await copyTo(connection, 'FROM chat_copies', copies);
  const ids = await connection.runAndReadAll(`SELECT count(DISTINCT hash(message_id)) FROM ${literal(copies)}`);
  if (Number(ids.value(0, 0)) === rows) await rename(copies, file);
  else {
    await copyTo(connection, `FROM ${literal(copies)} ${FIRST_COPIES} ORDER BY ${ORDER.chat}`, file);
    await rm(copies);
  }
  await connection.run(`CREATE OR REPLACE TEMP VIEW chat AS FROM read_parquet(${literal(file)})`);
}

/** Writes the rows of a query to a Parquet file. @returns how many */
async function copyTo(connection: DuckDBConnection, query: string, file: string): Promise<number> {
  const copied = await connection.runAndReadAll(
    `COPY (${query}) TO ${literal(file)} (FORMAT parquet, COMPRESSION zstd)`,
  );
  return Number(copied.value(0, 0));
}

/** Creates the tables of an hour from red files, and writes each table with rows to `directory/<table>.parquet`. */
export type WriteYellowFiles = (hour: Hour, red: RedFiles, directory: string) => Promise<Manifest['tables']>;

export function createYellowWriter(withDatabase: WithDatabase): WriteYellowFiles {
  return (hour, red, directory) =>
    withDatabase(async (connection) => {
      // The files are sorted, so the order in which rows come does not matter; keeping it would take memory.
      await connection.run('SET preserve_insertion_order = false');
      await createYellowTables(connection, hour, red, directory);
      const tables = {} as Manifest['tables'];
      for (const table of YELLOW_TABLES) {
        if (table === 'chat') tables[table] = await measure(connection, localYellowFile(directory, table));
        else tables[table] = await writeYellowTable(connection, table, directory);
      }
      return tables;
    });
}

/** Writes a table, and measures what was written. */
export async function writeYellowTable(
  connection: DuckDBConnection,
  table: YellowTable,
  directory: string,
): Promise<{ rows: number; digest: string }> {
  const file = localYellowFile(directory, table);
  await copyTo(connection, `FROM ${table} ORDER BY ${ORDER[table]}`, file);
  return measure(connection, file);
}

export const localYellowFile = (directory: string, table: YellowTable | 'chat-copies'): string =>
  join(directory, `${table}.parquet`);
