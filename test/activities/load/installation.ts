import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kafka } from 'kafkajs';
import { createDatabases } from '../../../activities/duckdb/database.ts';
import { createHdfs } from '../../../activities/hdfs/client.ts';
import type { Hdfs } from '../../../activities/hdfs/hdfs.ts';
import { withAdmin } from '../../../activities/kafka/admin.ts';
import type { Topics } from '../../../activities/kafka/topics.ts';
import { listGaps } from '../../../activities/red/gaps.ts';
import { runLoader } from '../../../activities/load/loader.ts';
import type { LoaderOptions } from '../../../activities/load/loader.ts';
import { createPositionSearch } from '../../../activities/load/position.ts';
import { RED_TABLES } from '../../../activities/red/tables.ts';
import type { RedTable } from '../../../activities/red/tables.ts';
import { silentLog } from '../../../common/log.ts';
import { hdfs as hdfsServer } from '../../integration/servers.ts';
import { waitFor } from '../../integration/wait-for.ts';
import { deleteTopics, endOffsets, freshTopics, readTopic, realKafka } from '../kafka/real-kafka.ts';
import { assertTiled, listAllTiles } from '../red/all-tiles.ts';

/** Topics, a group and a root directory of this test, on the shared servers. */
export interface Installation {
  kafka: Kafka;
  hdfs: Hdfs;
  options: LoaderOptions;
  topics: Topics;
  remove(): Promise<void>;
}

export async function createInstallation(chatPartitions = 2): Promise<Installation> {
  const kafka = await realKafka();
  const { url, user } = await hdfsServer();
  const hdfs = createHdfs({ urls: [url], user, log: silentLog });
  const topics = await freshTopics(kafka, chatPartitions);
  const scratchDirectory = await mkdtemp(join(tmpdir(), 'loader-test-'));
  const root = `/test-loader-${randomUUID()}`;
  const groupId = `load-${randomUUID()}`;
  const withDatabase = createDatabases({ memoryLimitMb: 256, threads: 1, scratchDirectory });
  const options = {
    kafka,
    hdfs,
    root,
    topics,
    groupId,
    withDatabase,
    scratchDirectory,
    rotateSeconds: 0.5,
    log: silentLog,
  };
  return {
    kafka,
    hdfs,
    topics,
    options,
    async remove() {
      await hdfs.remove(root, { recursive: true });
      await deleteTopics(kafka, topics);
      await withAdmin(kafka, (admin) => admin.deleteGroups([groupId])).catch(() => {});
      await rm(scratchDirectory, { recursive: true, force: true });
    },
  };
}

/** Sends lines to the chat topic and one record to the coverage topic. Kafka chooses the partitions. */
export async function sendLines({ kafka, topics }: Installation, count: number): Promise<void> {
  const producer = kafka.producer();
  await producer.connect();
  const lines = Array.from({ length: count }, (_, number) => ({
    key: `key-${number % 20}`,
    value: `@id=${randomUUID()} :a PRIVMSG #b :${number} 안녕`,
    headers: { receivedAt: String(Date.now()), collector: 'c1' },
  }));
  await producer.send({ topic: topics.chat, messages: lines });
  await producer.send({ topic: topics.coverage, messages: [{ key: 'c1', value: '{}' }] });
  await producer.disconnect();
}

export interface RunningLoader {
  /** Settles when the loader has ended, with its error if any. */
  ended: Promise<void>;
  /** Stops the loader, which commits its spools, and waits for its end. */
  stop(): Promise<void>;
  /** Waits for a condition. Throws if the loader ends before. */
  until(what: string, look: () => Promise<boolean>): Promise<void>;
}

/** Runs a loader in the background. */
export function startLoader(options: LoaderOptions): RunningLoader {
  const abort = new AbortController();
  const ended = runLoader(options, abort.signal);
  ended.catch(() => {});
  return {
    ended,
    stop: async () => {
      abort.abort();
      await ended;
    },
    until: async (what, look) => {
      await Promise.race([waitFor(what, look, 120_000), ended]);
    },
  };
}

/** Waits until red has reached the current end of all partitions. */
export async function waitUntilLoaded({ kafka, hdfs, topics, options }: Installation): Promise<void> {
  for (const table of RED_TABLES) {
    const findPosition = createPositionSearch(hdfs, options.root, table);
    for (const { partition, offset } of await endOffsets(kafka, topics[table])) {
      const isLoaded = async () => (await findPosition(partition)).position >= offset;
      await waitFor(`red to have partition ${partition} of ${table} up to ${offset}`, isLoaded, 120_000);
    }
  }
}

/** Runs a loader until red has all records of the topics. */
export async function load(installation: Installation, more: Partial<LoaderOptions> = {}): Promise<void> {
  const loader = startLoader({ ...installation.options, ...more });
  try {
    await Promise.race([waitUntilLoaded(installation), loader.ended]);
  } finally {
    await loader.stop();
  }
}

/**
 * Compares red with Kafka: each record of the topics is one row, with the same texts and times. The tiles and gaps of each
 * partition are consecutive from 0 to its end.
 */
export async function assertRedEqualsKafka({ kafka, hdfs, topics, options }: Installation): Promise<void> {
  for (const table of RED_TABLES) {
    const held = await readTopic(kafka, topics[table]);
    assert.deepEqual(
      await readRed(hdfs, options, table),
      held.map((record) => [
        topics[table],
        record.partition,
        record.offset,
        record.timestamp,
        record.headers?.['receivedAt']?.toString() ?? null,
        record.headers?.['collector']?.toString() ?? null,
        record.key?.toString() ?? null,
        record.value?.toString() ?? null,
      ]),
    );
    const tiles = await listAllTiles(hdfs, options.root, table);
    const gaps = await listGaps(hdfs, options.root, table);
    for (const { partition, offset } of await endOffsets(kafka, topics[table])) {
      const own = [...tiles, ...gaps].filter((piece) => piece.partition === partition);
      assertTiled(own, offset, `${table} ${partition}`);
    }
  }
}

async function readRed(hdfs: Hdfs, options: LoaderOptions, table: RedTable): Promise<unknown[][]> {
  const directory = await mkdtemp(join(tmpdir(), 'red-test-'));
  try {
    const tiles = await listAllTiles(hdfs, options.root, table);
    for (const [index, tile] of tiles.entries()) await hdfs.download(tile.path, join(directory, `${index}.parquet`));
    if (tiles.length === 0) return [];
    return await options.withDatabase(async (connection) => {
      const found = await connection.runAndReadAll(`
        SELECT kafka_topic, kafka_partition, kafka_offset::VARCHAR, epoch_ms(appended_at)::VARCHAR, epoch_ms(received_at)::VARCHAR,
          collector, key, line
        FROM read_parquet('${directory}/*.parquet', union_by_name = true) ORDER BY kafka_partition, kafka_offset`);
      return found.getRows();
    });
  } finally {
    await rm(directory, { recursive: true });
  }
}
