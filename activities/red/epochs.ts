import { randomBytes } from 'node:crypto';
import type { RedTable } from './tables.ts';

/** Holds one directory per epoch of a partition: `<root>/red/.epochs/chat/p0`. */
export function epochsDirectory(root: string, table: RedTable, partition: number): string {
  return `${root}/red/.epochs/${table}/p${partition}`;
}

/** A unique name for a new epoch. Names sort by time; 64 random bits distinguish names of the same millisecond. */
export function newEpoch(nowMs = Date.now()): string {
  return `${nowMs.toString(36).padStart(9, '0')}-${randomBytes(8).toString('hex')}`;
}

/** Holds one directory per running compaction: `<root>/red/.compaction`. */
export function compactionsDirectory(root: string): string {
  return `${root}/red/.compaction`;
}
