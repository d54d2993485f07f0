import { existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ProgressLog } from '../infra/local/progress.ts';
import { Refusal } from '../common/refusal.ts';

const GB = 1e9;
/** With 1.3 GB free HDFS 3.5 takes new files, with 1.2 it does not, started anew or not: measured on a disk of memory. */
const HDFS_NEEDS = 1.3 * GB;
/** From here on Kafka, which keeps what is not loaded, has little left itself. */
const KAFKA_NEEDS = 0.6 * GB;
/** Without an HDFS of our own, Temporal, Kafka and what spills are still written. */
const OTHERS_NEED = 0.2 * GB;
/** So much more must be free before trouble is over: a disk at the edge is not told of again and again. */
const SURELY = 0.1 * GB;
const LOOK_EVERY_MS = 10_000;

/**
 * That there is room to begin.
 * @throws Refusal 73 with the numbers and the remedy
 */
export function checkDisk(directory: string, isLakeHere: boolean, freeBytes = freeOn): void {
  const free = freeBytes(directory);
  const needed = isLakeHere ? HDFS_NEEDS : OTHERS_NEED;
  if (free >= needed) return;
  throw new Refusal(
    73,
    `Expected ${inGb(needed)} free for ${directory}${isLakeHere ? ' (with less, HDFS takes no files)' : ''}, found ${inGb(free)}. ` +
      'Make room on that disk, or set DATA_DIR to a directory on another one.',
  );
}

type Level = 'enough' | 'low' | 'critical';

/** How much room there is for the lake, with a little inertia. */
function levelOf(free: number, before: Level): Level {
  if (free < KAFKA_NEEDS + (before === 'critical' ? SURELY : 0)) return 'critical';
  if (free < HDFS_NEEDS + (before === 'enough' ? 0 : SURELY)) return 'low';
  return 'enough';
}

/** What the terminal is told when the level has become this one. */
function levelInWords(level: Level, directory: string, free: number): string {
  switch (level) {
    case 'enough':
      return `${inGb(free)} free for ${directory} again: all goes on, and what Kafka kept meanwhile is loaded.`;
    case 'low':
      return `only ${inGb(free)} free for ${directory}: below ${inGb(HDFS_NEEDS)} HDFS takes no new files, loading stops, and Kafka keeps what comes. Make room.`;
    case 'critical':
      return `only ${inGb(free)} free for ${directory}: loading has stopped, and once the disk is full Kafka stops too. Make room now.`;
  }
}

/** Looks at the disk again and again, and tells each change of the level, once. */
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
    if (now !== level) progress.step('disk', levelInWords(now, directory, free));
    level = now;
  };
  look();
  const timer = setInterval(look, everyMs);
  return { stop: () => clearInterval(timer) };
}

/** A disk that cannot be asked is in other trouble, which others tell. */
function freeOrUndefined(directory: string, freeBytes: (directory: string) => number): number | undefined {
  try {
    return freeBytes(directory);
  } catch {
    return undefined;
  }
}

/** What this user may write on the disk of a directory, or of what it will be made in, in bytes. */
function freeOn(directory: string): number {
  if (!existsSync(directory) && dirname(directory) !== directory) return freeOn(dirname(directory));
  const { blocks, bavail, bsize } = statfsSync(directory);
  // What has no blocks at all is no disk, such as /proc: others say so.
  return blocks === 0 ? Infinity : bavail * bsize;
}

function inGb(bytes: number): string {
  return `${(bytes / GB).toFixed(1)} GB`;
}
