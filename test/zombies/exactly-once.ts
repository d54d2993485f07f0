import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { listGaps } from '../../activities/red/gaps.ts';
import { RED_TABLES } from '../../activities/red/tables.ts';
import type { RedTable } from '../../activities/red/tables.ts';
import { assertTiled, listAllTiles } from '../activities/red/all-tiles.ts';
import type { Installation } from '../activities/load/installation.ts';
import { endOffsets, readTopic } from '../activities/kafka/real-kafka.ts';

/**
 * Red has the records of Kafka, each offset once: the tiles are consecutive, and their rows are the records that a plain consumer reads.
 * Reports only the first difference: many thousand rows would take minutes to print.
 */
export async function assertExactlyOnce(installation: Installation): Promise<void> {
  const { kafka, hdfs, topics, options } = installation;
  for (const table of RED_TABLES) {
    const pieces = [...(await listAllTiles(hdfs, options.root, table)), ...(await listGaps(hdfs, options.root, table))];
    for (const { partition, offset } of await endOffsets(kafka, topics[table])) {
      const own = pieces.filter((piece) => piece.partition === partition);
      assertTiled(own, offset, `${table} ${partition}`);
    }
    const held = (await readTopic(kafka, topics[table])).map(({ partition, offset, timestamp, key, value }) =>
      [partition, offset, timestamp, key?.toString(), value?.toString()].join(' '),
    );
    const loaded = await readRed(installation, table);
    const differs = held.findIndex((record, index) => record !== loaded[index]);
    if (differs >= 0) assert.equal(loaded[differs], held[differs], `row ${differs} of ${table}`);
    assert.equal(loaded.length, held.length, `rows of ${table}`);
  }
}

/** The rows of a table by partition and offset, as texts. */
async function readRed({ hdfs, options }: Installation, table: RedTable): Promise<string[]> {
  const directory = await mkdtemp(join(options.scratchDirectory, 'read-'));
  try {
    const tiles = await listAllTiles(hdfs, options.root, table);
    for (const [index, tile] of tiles.entries()) await hdfs.download(tile.path, join(directory, `${index}.parquet`));
    if (tiles.length === 0) return [];
    return await options.withDatabase(async (connection) => {
      const found = await connection.runAndReadAll(`
        SELECT concat_ws(' ', kafka_partition, kafka_offset, epoch_ms(appended_at), key, line)
        FROM read_parquet('${directory}/*.parquet', union_by_name = true) ORDER BY kafka_partition, kafka_offset`);
      return found.getRows().map(([row]) => String(row));
    });
  } finally {
    await rm(directory, { recursive: true });
  }
}
