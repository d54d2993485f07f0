import { statfsSync } from 'node:fs';
import type { ProgressLog } from '../infra/local/progress.ts';
import { Refusal } from '../infra/local/refusal.ts';

const GB = 1e9;
/** With less, HDFS may take no new file: it wants room for whole blocks of 128 MiB, several at a time. Measured. */
const HDFS_NEEDS = 1.2 * GB;
/** With less, loading stops. Measured. */
const LOADING_NEEDS = 0.6 * GB;
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

type Level = 'enough' | 'low' | 'stopped';

/** How much room there is for the lake, with a little inertia. */
export function levelOf(free: number, before: Level): Level {
  if (free < LOADING_NEEDS + (before === 'stopped' ? SURELY : 0)) return 'stopped';
  if (free < HDFS_NEEDS + (before === 'enough' ? 0 : SURELY)) return 'low';
  return 'enough';
}

/** What the terminal is told when the level has become this one. */
export function levelInWords(level: Level, directory: string, free: number): string {
  switch (level) {
    case 'enough':
      return `${inGb(free)} free for ${directory} again: all goes on, and what Kafka kept meanwhile is loaded.`;
    case 'low':
      return `only ${inGb(free)} free for ${directory}: HDFS may refuse new files below ${inGb(HDFS_NEEDS)}, and loading stops at ${inGb(LOADING_NEEDS)}. Make room.`;
    case 'stopped':
      return `only ${inGb(free)} free for ${directory}: loading has stopped. Kafka keeps what comes, until the disk is full. Make room now.`;
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

/** What this user may write on the disk of a directory, in bytes. */
function freeOn(directory: string): number {
  const { bavail, bsize } = statfsSync(directory);
  return bavail * bsize;
}

function inGb(bytes: number): string {
  return `${(bytes / GB).toFixed(1)} GB`;
}
