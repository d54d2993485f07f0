import { join } from 'node:path';
import { mkdir, rm } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { listReadableTiles } from '../../activities/red/list-tiles.ts';
import { listHours } from '../../activities/red/list-tiles.ts';
import { toRedRow } from '../../activities/load/red-row.ts';
import type { RedRow } from '../../activities/load/red-row.ts';
import type { RedTable } from '../../activities/red/tables.ts';
import type { WithDatabase } from '../../activities/duckdb/database.ts';
import { TOPICS } from '../integration/default-topics.ts';
import { readRecords } from './records.ts';
import type { Stage } from './stage.ts';

export interface RedComparison {
  /** Number of records of the topic. */
  acknowledged: number;
  /** Number of rows of the table. */
  red: number;
  /** Records that are missing or different in red. */
  lost: number;
  /** Rows with a repeated offset, or one that Kafka does not have. */
  surplus: number;
}

type RedCells = [string, bigint, bigint | null, string | null, string | null, string | null];

/** Compares the rows of a red table with the records of its topic, up to these ends of its partitions. */
export async function compareRed(
  stage: Stage,
  withDatabase: WithDatabase,
  table: RedTable,
  ends: readonly bigint[],
): Promise<RedComparison> {
  const { kafka, hdfs, root, directory } = stage;
  /** Checksums of records by `<partition>/<offset>`. Those found in red are removed. */
  const records = new Map<string, number>();
  await readRecords(kafka, TOPICS[table], (message, partition) => {
    const row = toRedRow(message);
    if (row.offset < (ends[partition] ?? 0n)) records.set(`${partition}/${row.offset}`, checksum(row));
  });
  const found = { acknowledged: records.size, red: 0, surplus: 0 };

  const own = join(directory, `red-${table}`);
  await mkdir(own);
  const tiles = await listReadableTiles(hdfs, root, table, await listHours(hdfs, root, table));
  for (const [index, tile] of tiles.entries()) await hdfs.download(tile.path, join(own, `${index}.parquet`));
  await withDatabase(async (connection) => {
    if (tiles.length === 0) return;
    const result = await connection.stream(
      `SELECT concat(kafka_partition, '/', kafka_offset), epoch_ms(appended_at), epoch_ms(received_at), collector, key, line
      FROM read_parquet('${own}/*.parquet', union_by_name = true)
      WHERE kafka_offset < [${ends.join(', ')}][kafka_partition + 1]`,
    );
    for await (const rows of result.yieldRowsJs()) {
      for (const [at, appendedAtMs, receivedAtMs, collector, key, line] of rows as RedCells[]) {
        found.red += 1;
        const row = {
          appendedAtMs: Number(appendedAtMs),
          receivedAtMs: receivedAtMs === null ? null : Number(receivedAtMs),
          collector: bytes(collector),
          key: bytes(key),
          line: bytes(line),
        };
        if (records.get(at) === checksum(row)) records.delete(at);
        else found.surplus += 1;
      }
    }
  });
  await rm(own, { recursive: true });
  return { ...found, lost: records.size };
}

function bytes(text: string | null): Buffer | null {
  return text === null ? null : Buffer.from(text);
}

/** The checksum of everything in a row that comes from its record. */
export function checksum({ appendedAtMs, receivedAtMs, collector, key, line }: Omit<RedRow, 'offset'>): number {
  const head = JSON.stringify([appendedAtMs, receivedAtMs, textOf(collector), textOf(key), line === null]);
  return crc32(line ?? '', crc32(head));
}

function textOf(bytes: Buffer | null): string | null {
  return bytes === null ? null : bytes.toString();
}
