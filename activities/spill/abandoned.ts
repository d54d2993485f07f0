import { readdirSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { LOCK_FILE, tryLock } from './lock.ts';
import { filesIn, isSegment, segmentsIn } from './segment.ts';

/** In the first layout each run had a directory with this file, which it touched every ten seconds, and no lock. */
const OWNER_FILE = 'owner';
const ABANDONED_AFTER_MS = 600_000;

/** The directories of other collectors. @throws the system's error */
export function othersIn(root: string, name: string): string[] {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== name)
    .map((entry) => join(root, entry.name))
    .sort();
}

/**
 * Takes the segments out of a directory that no collector will come back to: its name was changed, its container got a new host name, or a
 * version with one directory per run left it. It counts as abandoned if nobody has locked it and nothing in it has changed for ten minutes.
 * An emptied directory is removed.
 * @param take is given each path, oldest first, and moves the file
 * @returns how many segments were taken
 * @throws the system's error; the rest is there for the next call
 */
export function takeAbandoned(directory: string, take: (path: string) => void): number {
  if (!isAbandoned(directory)) return 0;
  const release = tryLock(directory);
  if (release === undefined) return 0;
  try {
    const segments = segmentsIn(directory);
    segments.forEach(take);
    if (!hasOtherFiles(directory)) rmSync(directory, { recursive: true, force: true });
    return segments.length;
  } finally {
    release();
  }
}

function isAbandoned(directory: string): boolean {
  if (segmentsIn(directory).length === 0 && hasOtherFiles(directory)) return false;
  return [directory, ...filesIn(directory)].every((path) => Date.now() - statSync(path).mtimeMs >= ABANDONED_AFTER_MS);
}

/** Such as damaged segments. */
const hasOtherFiles = (directory: string): boolean =>
  filesIn(directory).some((path) => !isSegment(path) && ![LOCK_FILE, OWNER_FILE].includes(basename(path)));
