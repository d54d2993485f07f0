import { setImmediate as yieldToEvents } from 'node:timers/promises';
import { BIGINT, BLOB, DuckDBBlobValue, DuckDBDataChunk } from '@duckdb/node-api';
import type { DuckDBAppender, DuckDBBigIntVector, DuckDBBlobVector } from '@duckdb/node-api';
import type { WithDatabase } from '../duckdb/database.ts';
import { literal } from '../duckdb/literal.ts';
import type { RedRow } from './red-row.ts';
import type { Spool } from './spool.ts';
import { EVENT_HOURS_KEY, eventHoursOf } from '../red/event-hours.ts';
import type { RedTable } from '../red/tables.ts';
import type { OffsetRange } from '../red/tiling.ts';
import type { Hour } from '../../workflows/hour.ts';

/** DuckDB's own vector size. */
const CHUNK_ROWS = 2_048;
const COLUMN_TYPES = [BIGINT, BIGINT, BIGINT, BLOB, BLOB, BLOB];
type Columns = [
  DuckDBBigIntVector,
  DuckDBBigIntVector,
  DuckDBBigIntVector,
  DuckDBBlobVector,
  DuckDBBlobVector,
  DuckDBBlobVector,
];

/**
 * Writes the rows of a spool to a local Parquet file, in the order of their offsets. Its key-value metadata has `topic`, `partition`, `from`,
 * `to` and `event_hours`.
 * @throws Error if the file does not have all rows of the spool
 */
export async function writeTile(
  withDatabase: WithDatabase,
  spool: Spool,
  target: { table: RedTable; topic: string; partition: number; file: string },
): Promise<void> {
  const { table, topic, partition, file } = target;
  const eventHours = table === 'chat' ? eventHoursOf(spool.rows) : undefined;
  const written = await withDatabase(async (connection) => {
    await connection.run(
      'CREATE TABLE rows (kafka_offset BIGINT, appended_ms BIGINT, received_ms BIGINT, collector BLOB, key BLOB, line BLOB)',
    );
    const appender = await connection.createAppender('rows');
    for (let at = 0; at < spool.rows.length; at += CHUNK_ROWS) {
      appendChunk(appender, spool.rows.slice(at, at + CHUNK_ROWS));
      await yieldToEvents();
    }
    appender.closeSync();
    const options = redFileOptions(topic, { partition, from: spool.from, to: spool.to }, eventHours);
    const result = await connection.runAndReadAll(
      `COPY (${selectRows(topic, partition)}) TO ${literal(file)} (${options})`,
    );
    return result.getRows()[0]?.[0];
  });
  if (String(written) !== String(spool.rows.length)) {
    throw new Error(`Expected ${spool.rows.length} rows in ${file}, found ${String(written)}.`);
  }
}

/** COPY options of all red files: zstd, and as metadata the offsets and, if they are known, the event hours. */
export function redFileOptions(topic: string, { partition, from, to }: OffsetRange, eventHours?: Hour[]): string {
  const hours = eventHours === undefined ? '' : `, ${EVENT_HOURS_KEY}: '${eventHours.join(' ')}'`;
  return `FORMAT parquet, COMPRESSION zstd,
    KV_METADATA {topic: ${literal(topic)}, partition: '${partition}', "from": '${from}', "to": '${to}'${hours}}`;
}

/** The columns of red. Texts arrive as bytes, which saves a conversion to JavaScript strings and back. */
function selectRows(topic: string, partition: number): string {
  return `SELECT
    ${literal(topic)} AS kafka_topic,
    ${partition}::INTEGER AS kafka_partition,
    kafka_offset,
    make_timestamptz(appended_ms * 1000) AS appended_at,
    make_timestamptz(received_ms * 1000) AS received_at,
    decode(collector) AS collector,
    decode(key) AS key,
    decode(line) AS line
  FROM rows`;
}

function appendChunk(appender: DuckDBAppender, rows: RedRow[]): void {
  const chunk = DuckDBDataChunk.create(COLUMN_TYPES, rows.length);
  const [offset, appended, received, collector, key, line] = COLUMN_TYPES.map((_, index) =>
    chunk.getColumnVector(index),
  ) as Columns;
  rows.forEach((row, index) => {
    offset.setItem(index, row.offset);
    appended.setItem(index, BigInt(row.appendedAtMs));
    received.setItem(index, row.receivedAtMs === null ? null : BigInt(row.receivedAtMs));
    collector.setItem(index, blob(row.collector));
    key.setItem(index, blob(row.key));
    line.setItem(index, blob(row.line));
  });
  for (const vector of [offset, appended, received, collector, key, line]) vector.flush();
  appender.appendDataChunk(chunk);
}

function blob(bytes: Buffer | null): DuckDBBlobValue | null {
  return bytes === null ? null : new DuckDBBlobValue(bytes);
}
