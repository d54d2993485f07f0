import { statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { DAMAGED, filesIn, isSegment } from './segment.ts';

/** What lies in the spill directory of a machine, for all its collectors. */
export interface SpillSize {
  /** Size of all segments that will be sent. */
  bytes: number;
  /** Number of damaged segments, which are kept for a person. */
  damagedFiles: number;
}

/**
 * Looks at the files. A file that is removed meanwhile counts as empty, and a disk that cannot be read as holding nothing: the collector
 * reports that itself.
 * @param root holds one directory per collector
 */
export function sizeOfSpill(root: string): SpillSize {
  const files = filesOf(root);
  const damaged = files.filter((path) => path.startsWith(`${join(root, DAMAGED)}${sep}`));
  const segments = files.filter((path) => isSegment(path) && !damaged.includes(path));
  return { bytes: segments.reduce((sum, path) => sum + bytesOf(path), 0), damagedFiles: damaged.length };
}

function filesOf(root: string): string[] {
  try {
    return filesIn(root);
  } catch {
    return [];
  }
}

const bytesOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
