import { randomBytes } from 'node:crypto';
import type { RedTable } from './tables.ts';

/** The directory that holds one directory for each epoch of a partition: `<root>/red/.epochs/chat/p0`. */
export function epochsDirectory(root: string, table: RedTable, partition: number): string {
  return `${root}/red/.epochs/${table}/p${partition}`;
}

/** The name of a new epoch, never used before: names sort by time, and 64 random bits tell those of one millisecond apart. */
export function newEpoch(nowMs = Date.now()): string {
  return `${nowMs.toString(36).padStart(9, '0')}-${randomBytes(8).toString('hex')}`;
}

/** The directory that holds one directory for each compaction under way: `<root>/red/.compaction`. */
export function compactionsDirectory(root: string): string {
  return `${root}/red/.compaction`;
}
