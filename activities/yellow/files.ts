import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { WithDatabase } from '../duckdb/database.ts';
import type { Hour } from '../../workflows/hour.ts';
import { hourNumber } from './hour-number.ts';
import { YELLOW_TABLES } from './manifest.ts';
import type { Manifest, YellowTable } from './manifest.ts';
import { literal, literals } from '../duckdb/literal.ts';
import type { People } from '../opt-out/redact-line.ts';
import { createRedViews } from './red-views.ts';
import { LINES_SQL, TABLES_SQL } from './sql-text.ts';

/** Local red files for one hour of yellow. `ownChat` is the part of `chat` whose append hour is this hour. */
export interface RedFiles {
  chat: string[];
  ownChat: string[];
  coverage: string[];
  streams: string[];
  /** The people who opted out. None by default. */
  optOut?: People;
}

const ORDER: Record<YellowTable, string> = {
  chat: 'channel_id, coalesce(sent_at, received_at), kafka_partition, kafka_offset',
  events: 'channel_id, coalesce(sent_at, received_at), kafka_partition, kafka_offset',
  moderation: 'channel_id, coalesce(sent_at, received_at), kafka_partition, kafka_offset',
  streams: 'polled_at, channel_id',
  coverage: 'happened_at, kind, channel_id, collector',
  tallies: 'window_start, collector',
};

/**
 * Creates the {@link YELLOW_TABLES} of one hour in the database, from local red files. Without files they are empty, with the same columns and
 * types.
 */
export async function createYellowTables(connection: DuckDBConnection, hour: Hour, red: RedFiles): Promise<void> {
  await createRedViews(connection, red);
  await connection.run(`SET VARIABLE event_hour = ${hourNumber(hour)}::BIGINT`);
  await connection.run(`SET VARIABLE red_hour_chat = ${literals(red.ownChat)}::VARCHAR[]`);
  await connection.run(LINES_SQL);
  await connection.run(TABLES_SQL);
}

/** Creates the tables of an hour from red files, and writes each table with rows to `directory/<table>.parquet`. */
export type WriteYellowFiles = (hour: Hour, red: RedFiles, directory: string) => Promise<Manifest['tables']>;

export function createYellowWriter(withDatabase: WithDatabase): WriteYellowFiles {
  return (hour, red, directory) =>
    withDatabase(async (connection) => {
      await createYellowTables(connection, hour, red);
      const tables = {} as Manifest['tables'];
      for (const table of YELLOW_TABLES) tables[table] = await writeYellowTable(connection, table, directory);
      return tables;
    });
}

/** Writes a table, or nothing if it has no rows. */
export async function writeYellowTable(
  connection: DuckDBConnection,
  table: YellowTable,
  directory: string,
): Promise<{ rows: number; digest: string }> {
  const counted = await connection.runAndReadAll(
    `SELECT count(*), coalesce(sum(md5_number_lower(json_array(*COLUMNS(*))::VARCHAR)), 0)::VARCHAR FROM ${table}`,
  );
  const [rows, digest] = counted.getRows()[0] ?? [0, '0'];
  if (Number(rows) > 0) {
    const file = literal(localYellowFile(directory, table));
    await connection.run(
      `COPY (SELECT * FROM ${table} ORDER BY ${ORDER[table]}) TO ${file} (FORMAT parquet, COMPRESSION zstd)`,
    );
  }
  return { rows: Number(rows), digest: String(digest) };
}

export const localYellowFile = (directory: string, table: YellowTable): string => join(directory, `${table}.parquet`);
