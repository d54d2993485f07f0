import type { Kafka } from 'kafkajs';
import type { Hdfs } from '../hdfs/hdfs.ts';
import { withAdmin } from '../kafka/admin.ts';
import { committedOffsets } from '../kafka/committed-offsets.ts';
import type { Topics } from '../kafka/topics.ts';
import { positionAfter } from './position.ts';
import { RED_TABLES } from '../red/tables.ts';
import type { RedTable } from '../red/tables.ts';
import { checkTable } from './tiling-check.ts';

/** How far a partition is loaded. Offsets are decimal texts. */
interface PartitionLoadStatus {
  table: RedTable;
  partition: number;
  /**
   * The first offset that is not in red, from the names of tiles and gap records. If the partition has no tile in the newest 24 hours of
   * its table, it is the offset committed to Kafka, or the start of the log, and may be too low.
   */
  nextOffset: string;
  /** The offset of the next record in Kafka. */
  endOffset: string;
  /** Number of records that are not in red yet. */
  lag: string;
  /** Number of tiles in the newest 24 hours of the table. */
  tiles: number;
  /** The append time of the newest row in red, ISO; null if it was not committed to Kafka. */
  lastAppendedAt: string | null;
  /** Number of holes, and of overlaps that are not nested, in the newest 24 hours. */
  tilingFaults: number;
  /** Number of offsets that gap records declare lost, since the beginning. */
  gapLines: string;
}

export interface LoadStatus {
  partitions: PartitionLoadStatus[];
  /** Descriptions of the first 20 tiling faults. Neither loaders nor compactions cause them, so any fault is an incident. */
  tilingFaults: string[];
}

const MAX_FAULTS = 20;

/** The metadata of a committed offset, for people. */
export function commitMetadata(lastAppendedAtMs: number): string {
  return new Date(lastAppendedAtMs).toISOString();
}

/**
 * Compares Kafka with the files of red. For a partition without a tile in the newest 24 hours of its table it uses the offset committed to
 * Kafka, or the start of the log. A status may do that, a loader must not.
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
    // Read red first: the end of the log, which is read later, cannot be before it.
    const { tiles, gaps, faults } = await checkTable(hdfs, root, table);
    tilingFaults.push(...faults.map(({ text }) => text));
    const { ends, advice } = await withAdmin(kafka, async (admin) => ({
      advice: await committedOffsets(admin, groupId, topic),
      ends: await admin.fetchTopicOffsets(topic),
    }));
    const advised = new Map(advice.map((entry) => [entry.partition, entry]));
    for (const { partition, low, high } of ends.sort((a, b) => a.partition - b.partition)) {
      const { position, hour } = positionAfter(partition, tiles, gaps);
      const committed = advised.get(partition);
      const next = hour === undefined ? later(position, committedOffset(committed?.offset) ?? BigInt(low)) : position;
      partitions.push({
        table,
        partition,
        nextOffset: String(next),
        endOffset: high,
        lag: String(later(BigInt(high) - next, 0n)),
        tiles: tiles.filter((tile) => tile.partition === partition).length,
        lastAppendedAt: committed?.metadata || null,
        tilingFaults: faults.filter((fault) => fault.partition === partition).length,
        gapLines: String(
          gaps.filter((gap) => gap.partition === partition).reduce((sum, { from, to }) => sum + to - from, 0n),
        ),
      });
    }
  }
  return { partitions, tilingFaults: tilingFaults.slice(0, MAX_FAULTS) };
}

/** Kafka returns -1 if no offset was committed. */
function committedOffset(offset: string | undefined): bigint | undefined {
  return offset === undefined || BigInt(offset) < 0n ? undefined : BigInt(offset);
}

function later(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
