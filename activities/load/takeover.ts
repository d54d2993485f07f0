import { addHours, hourStartMs } from '../../workflows/hour.ts';
import type { Log } from '../../common/log.ts';
import { FactError } from '../errors.ts';
import type { Hdfs } from '../hdfs/hdfs.ts';
import { removeLooking } from '../hdfs/looking.ts';
import { commitGap } from './commit.ts';
import { epochsDirectory, newEpoch } from '../red/epochs.ts';
import type { FindPosition, RedPosition } from './position.ts';
import type { RedTable } from '../red/tables.ts';

/** What Kafka says of one partition. Asked anew each time. */
export interface PartitionLog {
  /** The first offset that retention has left, and the one that the next record will get. */
  range(): Promise<{ start: bigint; end: bigint }>;
  /** The first offset appended at a time or later, in milliseconds since 1970; the end where there is none. */
  firstOffsetFrom(timeMs: number): Promise<bigint>;
}

export interface Assignment {
  hdfs: Hdfs;
  root: string;
  table: RedTable;
  topic: string;
  partition: number;
  partitionLog: PartitionLog;
  /** Of the table; shared by the partitions of a loader. */
  findPosition: FindPosition;
  log: Log;
}

/** The right to commit tiles of a partition, until somebody else takes it over. */
export interface Takeover {
  epochDirectory: string;
  /** The first offset that is not in red. */
  position: bigint;
  /** No tile may get an hour before this one. */
  hour: string | undefined;
}

/**
 * Takes a partition over, before its first row is accepted:
 *
 * 1. make the directory of a fresh epoch;
 * 2. remove the directory of every other epoch. From here on no other loader can commit: its uploads have no directory (and none is made
 *    again, `createparent=false`), and its renames have no source. A rename that was quicker is seen by the next step;
 * 3. find the position in the names of the committed files, by a search that begins now or later. Kafka's committed offsets are advice,
 *    and not asked;
 * 4. compare it with the log. What retention removed before it was loaded becomes a gap record.
 *
 * Two loaders that do this at once remove each other's directories; each then finds itself fenced and starts again, and nothing is doubled.
 * An epoch's directory is made once and never again: a lost answer (`lost`) ends this attempt, and the next has another epoch.
 * @throws FactError (not retryable) when the log ends before the position: the topic was made anew
 */
export async function takeOver(assignment: Assignment): Promise<Takeover> {
  const { hdfs, root, table, topic, partition, log } = assignment;
  const epochs = epochsDirectory(root, table, partition);
  const epochDirectory = `${epochs}/${newEpoch()}`;
  await hdfs.mkdirs(epochDirectory);
  for (const other of await hdfs.list(epochs)) {
    if (other.path !== epochDirectory) await removeLooking(hdfs, other.path);
  }
  const found = await assignment.findPosition(partition);
  const position = await comparedWithLog(assignment, found);
  if (position > found.position) {
    const gap = { topic, partition, from: found.position, to: position, reason: 'retention' as const };
    await commitGap({ hdfs, root, table, epochDirectory, log }, gap);
  }
  return { epochDirectory, position, hour: found.hour };
}

/** Where to begin reading: the position, or the start of the log where that is later. */
async function comparedWithLog(assignment: Assignment, found: RedPosition): Promise<bigint> {
  const { start, end } = await assignment.partitionLog.range();
  if (end < found.position) throw topicMadeAnew(assignment, found.position, `its end at ${end}`);
  if (found.hour !== undefined) {
    // Every row below the position was appended before the end of the newest tile's hour. A later record there is of another log.
    const later = await assignment.partitionLog.firstOffsetFrom(hourStartMs(addHours(found.hour, 1)));
    if (later < found.position) {
      const finding = `a record at ${later} that was appended after the hour ${found.hour} of that red`;
      throw topicMadeAnew(assignment, found.position, finding);
    }
  }
  return start > found.position ? start : found.position;
}

/** The error that stops the load of a topic whose offsets begin again: another log's rows cannot be told from those that red has. */
export function topicMadeAnew(
  { root, table, topic, partition }: { root: string; table: RedTable; topic: string; partition: number },
  position: bigint,
  finding: string,
): FactError {
  return new FactError(
    `Expected partition ${partition} of the topic \`${topic}\` to go on at offset ${position}, up to which red has it; found ${finding}. ` +
      'The topic was made anew, or Kafka lost its newest records. Nothing was loaded since. ' +
      `Keep the old red aside (rename ${root}/red/${table} in HDFS) and start the load again, or use a topic of another name.`,
    { facts: { topic, partition, position: String(position) }, retryable: false },
  );
}
