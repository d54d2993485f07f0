import { addHours, hourStartMs } from '../../workflows/hour.ts';
import type { Log } from '../../common/log.ts';
import { FactError } from '../errors.ts';
import type { Hdfs } from '../hdfs/hdfs.ts';
import { removeSafely } from '../hdfs/safe-changes.ts';
import { commitGap } from './commit.ts';
import { epochsDirectory, newEpoch } from '../red/epochs.ts';
import type { FindPosition, RedPosition } from './position.ts';
import type { RedTable } from '../red/tables.ts';

/** Offsets of one partition in Kafka. Each call asks Kafka. */
export interface PartitionLog {
  /** The first offset that Kafka still has, and the offset of the next record. */
  range(): Promise<{ start: bigint; end: bigint }>;
  /** The first offset appended at `timeMs` (since 1970) or later; the end of the log if there is none. */
  firstOffsetFrom(timeMs: number): Promise<bigint>;
}

export interface Assignment {
  hdfs: Hdfs;
  root: string;
  table: RedTable;
  topic: string;
  partition: number;
  partitionLog: PartitionLog;
  /** Shared by the partitions of the table. */
  findPosition: FindPosition;
  log: Log;
}

/** The right to commit tiles of a partition, until the next takeover. */
export interface Takeover {
  epochDirectory: string;
  /** The first offset that is not in red. */
  position: bigint;
  /** The earliest hour for the next tile. */
  hour: string | undefined;
}

/**
 * Takes a partition over, before its first row is spooled:
 *
 * 1. Create the directory of a new epoch.
 * 2. Remove the directories of all other epochs. Other loaders can no longer commit: their uploads have no directory (and do not create it,
 *    `createparent=false`), and their renames have no source. A rename that came first is seen in step 3.
 * 3. Find the position in the names of the committed files. Kafka's committed offsets are not used.
 * 4. Compare it with the log. Offsets that retention removed before they were loaded become a gap record.
 *
 * If two loaders take over at once, they remove each other's directories. Both are fenced and retry, and no row is stored twice. The
 * directory of an epoch is created once: if the answer is `lost`, the attempt fails, and the next one has a new epoch.
 * @throws FactError (not retryable) if the log ends before the position: the topic was recreated
 */
export async function takeOver(assignment: Assignment): Promise<Takeover> {
  const { hdfs, root, table, topic, partition, log } = assignment;
  const epochs = epochsDirectory(root, table, partition);
  const epochDirectory = `${epochs}/${newEpoch()}`;
  await hdfs.mkdirs(epochDirectory);
  for (const other of await hdfs.list(epochs)) {
    if (other.path !== epochDirectory) await removeSafely(hdfs, other.path);
  }
  const found = await assignment.findPosition(partition);
  const position = await startOffset(assignment, found);
  if (position > found.position) {
    const gap = { topic, partition, from: found.position, to: position, reason: 'retention' as const };
    await commitGap({ hdfs, root, table, epochDirectory, log }, gap);
  }
  return { epochDirectory, position, hour: found.hour };
}

/** The position, or the start of the log if that is later. */
async function startOffset(assignment: Assignment, found: RedPosition): Promise<bigint> {
  const { start, end } = await assignment.partitionLog.range();
  if (end < found.position) throw topicRecreated(assignment, found.position, `its end at ${end}`);
  if (found.hour !== undefined) {
    // All rows before the position were appended before the hour of the newest tile ended. A later record there belongs to another log.
    const later = await assignment.partitionLog.firstOffsetFrom(hourStartMs(addHours(found.hour, 1)));
    if (later < found.position) {
      const finding = `a record at ${later} that was appended after ${found.hour}, the hour of its newest tile`;
      throw topicRecreated(assignment, found.position, finding);
    }
  }
  return start > found.position ? start : found.position;
}

/** Stops the load of a topic whose offsets have restarted: its rows cannot be distinguished from the rows already in red. */
export function topicRecreated(
  { root, table, topic, partition }: { root: string; table: RedTable; topic: string; partition: number },
  position: bigint,
  finding: string,
): FactError {
  return new FactError(
    `Expected partition ${partition} of the topic \`${topic}\` to continue at offset ${position}, where red ends; found ${finding}. ` +
      'The topic was recreated, or Kafka lost its newest records. Loading has stopped. ' +
      `Move the old red away (rename ${root}/red/${table} in HDFS) and start the load again, or use another topic name.`,
    { facts: { topic, partition, position: String(position) }, retryable: false },
  );
}
