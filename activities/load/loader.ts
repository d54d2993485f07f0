import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kafka } from 'kafkajs';
import pLimit from 'p-limit';
import type { Log } from '../../common/log.ts';
import { localDisk } from '../../common/disk.ts';
import type { WithDatabase } from '../duckdb/database.ts';
import type { Hdfs } from '../hdfs/hdfs.ts';
import type { Topics } from '../kafka/topics.ts';
import { AssignedPartitions } from './assigned-partitions.ts';
import type { FetchControl, TopicPartition } from './assigned-partitions.ts';
import { GroupMember } from './group-member.ts';
import type { People } from '../opt-out/redact-line.ts';
import { writeTile } from './parquet.ts';
import { PartitionLoader } from './partition-loader.ts';
import type { PartitionEvents } from './partition-events.ts';
import { createPartitionLog } from './partition-log.ts';
import { createPositionSearch } from './position.ts';
import { RED_TABLES } from '../red/tables.ts';
import type { RedTable } from '../red/tables.ts';

export interface LoaderOptions {
  kafka: Kafka;
  hdfs: Hdfs;
  /** The directory of the installation in HDFS, such as `/chatlake`. */
  root: string;
  topics: Topics;
  groupId: string;
  withDatabase: WithDatabase;
  /** A local directory. Each loader of this process creates a subdirectory. */
  scratchDirectory: string;
  /** A spool with a row this old is committed, in seconds. A shorter time makes red fresher and its files smaller. */
  rotateSeconds: number;
  /** A spool of about this size is committed, in bytes. Default 64 MiB. */
  maxSpoolBytes?: number;
  /** Fetching pauses while all spools together hold more, in bytes. Default 256 MiB. */
  maxMemoryBytes?: number;
  /** The people whose chat must not get into red; undefined if there are none. Read for each tile. Default: none. */
  readForgotten?: () => Promise<People | undefined>;
  /** Called after each committed tile with the time that it took. */
  onCommitted?: (table: RedTable, seconds: number) => void;
  log: Log;
}

/** How many Parquet files are written at once. Each uses a database with memory of its own. */
const TILES_AT_ONCE = 2;

/**
 * Loads the topics into red until `signal` aborts, then commits what it has. Any number of loaders may run at once: the consumer group
 * distributes the partitions, and epochs in HDFS stop a former owner from committing.
 * @throws FactError if the load fails
 */
export async function runLoader(options: LoaderOptions, signal: AbortSignal): Promise<void> {
  await mkdir(options.scratchDirectory, { recursive: true });
  const scratchDirectory = await localDisk.makeDirectory(join(options.scratchDirectory, 'tiles-'));
  try {
    await new GroupMember(options, (control) => createPartitions(options, control, scratchDirectory)).run(signal);
  } finally {
    await localDisk.remove(scratchDirectory);
  }
}

/** The partitions of one group member. They share the Parquet writers and the position searches. */
function createPartitions(options: LoaderOptions, control: FetchControl, scratchDirectory: string): AssignedPartitions {
  const { kafka, hdfs, root, topics, log, withDatabase, rotateSeconds, onCommitted } = options;
  const forgottenIn = async (topic: string) => (topic === topics.chat ? options.readForgotten?.() : undefined);
  const { maxSpoolBytes = 64 * 1024 * 1024, maxMemoryBytes = 256 * 1024 * 1024 } = options;
  const limitWrites = pLimit(TILES_AT_ONCE);
  const searches = new Map(
    RED_TABLES.map((table) => [topics[table], { table, findPosition: createPositionSearch(hdfs, root, table) }]),
  );
  const createLoader = ({ topic, partition }: TopicPartition, events: PartitionEvents) => {
    const search = searches.get(topic);
    if (search === undefined) throw new Error(`Expected a topic of ${[...searches.keys()].join(', ')}, got ${topic}.`);
    const partitionLog = createPartitionLog(kafka, topic, partition);
    return new PartitionLoader({
      assignment: { hdfs, root, ...search, topic, partition, partitionLog, log },
      events,
      writeTile: (spool, file) =>
        limitWrites(async () => {
          const forgotten = await forgottenIn(topic);
          await writeTile(withDatabase, spool, { table: search.table, topic, partition, file, forgotten });
        }),
      disk: localDisk,
      scratchDirectory,
      maxSpoolBytes,
      clock: () => performance.now(),
      onCommitted: (seconds) => onCommitted?.(search.table, seconds),
    });
  };
  return new AssignedPartitions({ control, createLoader, maxMemoryBytes, maxAgeMs: rotateSeconds * 1_000, log });
}
