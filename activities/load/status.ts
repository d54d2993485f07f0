import type { Kafka } from 'kafkajs';
import type { Hdfs } from '../hdfs/hdfs.ts';
import { withAdmin } from '../kafka/admin.ts';
import type { Topics } from '../kafka/topics.ts';
import { positionAfter } from './position.ts';
import { RED_TABLES } from '../red/tables.ts';
import type { RedTable } from '../red/tables.ts';
import { lookAtTable } from './tiling-check.ts';

/** How far one partition is loaded. Offsets are decimal texts. */
interface PartitionLoadStatus {
  table: RedTable;
  partition: number;
  /**
   * The first offset that is not in red, as the names of the tiles and gap records tell. Of a partition without a tile in the newest 24
   * hours of its table it is what the last loader told Kafka instead, or the start of the log where none did, and may be too low.
   */
  nextOffset: string;
  /** The offset that the next record will get. */
  endOffset: string;
  /** How many records are not in red yet. */
  lag: string;
  /** Tiles in the newest 24 hours that the table has a directory for. */
  tiles: number;
  /** The append time of the newest row in red, ISO; null where the last commit did not tell Kafka. */
  lastAppendedAt: string | null;
  /** How many places of the newest 24 hours are not tiled: holes, and overlaps that are not nested. */
  tilingFaults: number;
  /** How many offsets gap records give up, of all times. */
  gapLines: string;
}

export interface LoadStatus {
  partitions: PartitionLoadStatus[];
  /** The first of the tiling faults in words, at most 20. Any is an incident: no loader and no compaction makes one. */
  tilingFaults: string[];
}

const FAULTS_TOLD = 20;

/** What loaders write beside the offsets they commit, as advice to readers. */
export function commitMetadata(lastAppendedAtMs: number): string {
  return new Date(lastAppendedAtMs).toISOString();
}

/**
 * Compares Kafka with red: what is there counts, not what a loader says, but for a partition without a tile in the newest 24 hours of its
 * table. For that one Kafka's committed offset is taken, or the start of the log: good enough for a status, and never for a loader.
 */
export async function readLoadStatus(options: {
  kafka: Kafka;
  hdfs: Hdfs;
  root: string;
  topics: Topics;
  groupId: string;
}): Promise<LoadStatus> {
  const { kafka, hdfs, root, topics, groupId } = options;
  const partitions: PartitionLoadStatus[] = [];
  const tilingFaults: string[] = [];
  for (const table of RED_TABLES) {
    const topic = topics[table];
    // Red first: the end that is asked for later cannot be before it.
    const { tiles, gaps, faults } = await lookAtTable(hdfs, root, table);
    tilingFaults.push(...faults.map(({ text }) => text));
    const { ends, advice } = await withAdmin(kafka, async (admin) => ({
      advice: await admin.fetchOffsets({ groupId, topics: [topic] }),
      ends: await admin.fetchTopicOffsets(topic),
    }));
    const advised = new Map(advice[0]?.partitions.map((entry) => [entry.partition, entry]));
    for (const { partition, low, high } of ends.sort((a, b) => a.partition - b.partition)) {
      const { position, hour } = positionAfter(partition, tiles, gaps);
      const told = advised.get(partition);
      const next = hour === undefined ? later(position, offsetTold(told?.offset) ?? BigInt(low)) : position;
      partitions.push({
        table,
        partition,
        nextOffset: String(next),
        endOffset: high,
        lag: String(later(BigInt(high) - next, 0n)),
        tiles: tiles.filter((tile) => tile.partition === partition).length,
        lastAppendedAt: told?.metadata || null,
        tilingFaults: faults.filter((fault) => fault.partition === partition).length,
        gapLines: String(
          gaps.filter((gap) => gap.partition === partition).reduce((sum, { from, to }) => sum + to - from, 0n),
        ),
      });
    }
  }
  return { partitions, tilingFaults: tilingFaults.slice(0, FAULTS_TOLD) };
}

/** The offset that a loader has committed; Kafka says -1 where none has. */
function offsetTold(offset: string | undefined): bigint | undefined {
  return offset === undefined || BigInt(offset) < 0n ? undefined : BigInt(offset);
}

function later(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
