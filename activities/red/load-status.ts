import type { Kafka } from 'kafkajs';
import type { Hdfs } from '../hdfs/hdfs.ts';
import { withAdmin } from '../kafka/admin.ts';
import type { Topics } from '../kafka/topics.ts';
import { listHours, listTiles } from './list-tiles.ts';
import { findPosition } from './position.ts';
import type { RedTable } from './tile.ts';

/** How far one partition is loaded. Offsets are decimal texts. */
export interface PartitionLoadStatus {
  table: RedTable;
  partition: number;
  /** The first offset that is not in red, as the names of the tiles and gap records tell. */
  nextOffset: string;
  /** The offset that the next record will get. */
  endOffset: string;
  /** How many records are not in red yet. */
  lag: string;
  /** Tiles in the newest {@link hoursCounted} hours. */
  tiles: number;
  /** The append time of the newest row in red, ISO; null where the last commit did not tell Kafka. */
  lastAppendedAt: string | null;
}

export interface LoadStatus {
  partitions: PartitionLoadStatus[];
}

/** Of how many hour directories the tiles are counted. */
export const hoursCounted = 24;

/** What loaders write beside the offsets they commit, as advice to readers. */
export function commitMetadata(lastAppendedAtMs: number): string {
  return new Date(lastAppendedAtMs).toISOString();
}

/** Compares Kafka with red: what is there counts, not what a loader says. */
export async function readLoadStatus(options: {
  kafka: Kafka;
  hdfs: Hdfs;
  root: string;
  topics: Topics;
  groupId: string;
}): Promise<LoadStatus> {
  const { kafka, hdfs, root, topics, groupId } = options;
  const partitions: PartitionLoadStatus[] = [];
  for (const table of ['chat', 'coverage'] as const) {
    const topic = topics[table];
    // Red first: the end that is asked for later cannot be before it.
    const hours = (await listHours(hdfs, root, table)).slice(-hoursCounted);
    const tiles = await listTiles(hdfs, root, table, hours);
    const { ends, advice } = await withAdmin(kafka, async (admin) => ({
      advice: await admin.fetchOffsets({ groupId, topics: [topic] }),
      ends: await admin.fetchTopicOffsets(topic),
    }));
    const metadata = new Map(advice[0]?.partitions.map((entry) => [entry.partition, entry.metadata]));
    for (const { partition, high } of ends.sort((a, b) => a.partition - b.partition)) {
      const { position } = await findPosition(hdfs, root, table, partition);
      const lag = BigInt(high) - position;
      partitions.push({
        table,
        partition,
        nextOffset: String(position),
        endOffset: high,
        lag: String(lag > 0n ? lag : 0n),
        tiles: tiles.filter((tile) => tile.partition === partition).length,
        lastAppendedAt: metadata.get(partition) || null,
      });
    }
  }
  return { partitions };
}
