import { existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ProgressLog } from '../infra/local/progress.ts';
import { Refusal } from '../common/refusal.ts';

const GB = 1e9;
/** HDFS 3.5 accepts new files with 1.3 GB free and refuses them with 1.2 GB, also after a restart (measured on tmpfs). */
const HDFS_NEEDS = 1.3 * GB;
/** Below this, Kafka may run out of space. It keeps the messages that are not loaded yet. */
const KAFKA_NEEDS = 0.6 * GB;
/** For Temporal, Kafka and spilled lines, if HDFS runs elsewhere. */
const OTHERS_NEED = 0.2 * GB;
/** Hysteresis: more than the limit must be free before the level improves, so that messages do not repeat at the limit. */
const MARGIN = 0.1 * GB;
const LOOK_EVERY_MS = 10_000;

/**
 * Checks that the disk has enough free space to start.
 * @throws Refusal 73
 */
export function checkDisk(directory: string, isLakeHere: boolean, freeBytes = freeOn): void {
  const free = freeBytes(directory);
  const needed = isLakeHere ? HDFS_NEEDS : OTHERS_NEED;
  if (free >= needed) return;
  throw new Refusal(
    73,
    `Expected ${inGb(needed)} free for ${directory}${isLakeHere ? ' (HDFS refuses new files below that)' : ''}, found ${inGb(free)}. ` +
      'Free disk space, or set DATA_DIR to a directory on another disk.',
  );
}

type Level = 'enough' | 'low' | 'critical';

function levelOf(free: number, before: Level): Level {
  if (free < KAFKA_NEEDS + (before === 'critical' ? MARGIN : 0)) return 'critical';
  if (free < HDFS_NEEDS + (before === 'enough' ? 0 : MARGIN)) return 'low';
  return 'enough';
}

function levelText(level: Level, directory: string, free: number): string {
  switch (level) {
    case 'enough':
      return `${inGb(free)} free for ${directory} again: loading continues with the messages in Kafka.`;
    case 'low':
      return `only ${inGb(free)} free for ${directory}: HDFS refuses new files below ${inGb(HDFS_NEEDS)}, loading stops, and messages stay in Kafka. Free disk space.`;
    case 'critical':
      return `only ${inGb(free)} free for ${directory}: loading has stopped, and Kafka stops when the disk is full. Free disk space now.`;
  }
}

/** Checks the free space every ten seconds, and prints each change of the level once. */
export function watchDisk(
  directory: string,
  progress: ProgressLog,
  { freeBytes = freeOn, everyMs = LOOK_EVERY_MS }: { freeBytes?: (directory: string) => number; everyMs?: number } = {},
): { stop: () => void } {
  let level: Level = 'enough';
  const look = (): void => {
    const free = freeOrUndefined(directory, freeBytes);
    if (free === undefined) return;
    const now = levelOf(free, level);
    if (now !== level) progress.step('disk', levelText(now, directory, free));
    level = now;
  };
  look();
  const timer = setInterval(look, everyMs);
  return { stop: () => clearInterval(timer) };
}

/** Undefined if the disk cannot be read. The servers on it report that. */
function freeOrUndefined(directory: string, freeBytes: (directory: string) => number): number | undefined {
  try {
    return freeBytes(directory);
  } catch {
    return undefined;
  }
}

/** The bytes that this user may write on the disk of a directory. If it does not exist yet, its nearest parent is measured. */
function freeOn(directory: string): number {
  if (!existsSync(directory) && dirname(directory) !== directory) return freeOn(dirname(directory));
  const { blocks, bavail, bsize } = statfsSync(directory);
  // A file system without blocks is not a disk (/proc). Another check refuses it.
  return blocks === 0 ? Infinity : bavail * bsize;
}

function inGb(bytes: number): string {
  return `${(bytes / GB).toFixed(1)} GB`;
}
