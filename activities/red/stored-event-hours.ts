import type { DuckDBConnection } from '@duckdb/node-api';
import { literals } from '../duckdb/literal.ts';
import type { Hour } from '../../workflows/hour.ts';
import { EVENT_HOURS_KEY } from './event-hours.ts';

/** The event hours that local tiles tell in their metadata. Tiles of earlier releases, and those with odd lines, are missing. */
export async function readEventHours(connection: DuckDBConnection, files: string[]): Promise<Map<string, Hour[]>> {
  if (files.length === 0) return new Map();
  const read = await connection.runAndReadAll(
    `SELECT file_name, decode(value) FROM parquet_kv_metadata(${literals(files)}) WHERE decode(key) = '${EVENT_HOURS_KEY}'`,
  );
  return new Map(read.getRows().map(([file, hours]) => [String(file), String(hours).split(' ').filter(Boolean)]));
}
