import { z } from 'zod';
import { FactError } from '../errors.ts';
import { isHdfsError } from '../hdfs/error.ts';
import type { Hdfs } from '../hdfs/hdfs.ts';
import { readJson } from '../hdfs/json-file.ts';
import { removeSafely, renameSafely } from '../hdfs/safe-changes.ts';
import { RED_TABLES } from './tables.ts';
import type { RedTable } from './tables.ts';
import { addHours, hourStartMs } from '../../workflows/hour.ts';
import type { Hour } from '../../workflows/hour.ts';

/** The offsets of an hour in one partition: a half-open range, as decimal text. */
const boundary = z.object({
  table: z.enum(RED_TABLES),
  partition: z.number().int().nonnegative(),
  from: z.string().regex(/^\d+$/),
  to: z.string().regex(/^\d+$/),
});
export type Boundary = z.infer<typeof boundary>;

/** `red/boundaries/<hour>.json`. */
const boundaries = z.object({ hour: z.string(), boundaries: z.array(boundary) });

/** The first offset of each partition that was appended at `ms` or later. */
export type OffsetsAt = (table: RedTable, ms: number) => Promise<{ partition: number; offset: bigint }[]>;

/** The end of an hour is read this long after it: the broker's clock may be behind ours. */
const CLOCKS_DIFFER_MS = 60_000;

function boundariesPath(root: string, hour: Hour): string {
  return `${root}/red/boundaries/${hour}.json`;
}

/**
 * Reads the boundaries of an ended hour from Kafka and stores them. Stored boundaries are never replaced, so the hour always means the same
 * offsets.
 * @throws FactError, not retryable, if the hour has not ended yet
 */
export async function takeBoundaries(
  deps: { hdfs: Hdfs; root: string; offsetsAt: OffsetsAt; now: () => number },
  hour: Hour,
): Promise<string> {
  const { hdfs, root, offsetsAt, now } = deps;
  const path = boundariesPath(root, hour);
  if ((await hdfs.status(path)) !== undefined) return path;

  const endMs = hourStartMs(addHours(hour, 1));
  if (now() < endMs + CLOCKS_DIFFER_MS) {
    const end = new Date(endMs).toISOString();
    throw new FactError(
      `Expected an hour that ended at least a minute ago, got ${hour}, which ends at ${end}. Refine it a minute after that; refine-open shows it until then.`,
      {
        facts: { hour },
        retryable: false,
      },
    );
  }

  const taken: Boundary[] = [];
  for (const table of RED_TABLES) {
    // The end first: if Kafka removes old lines between the two answers, the hour loses lines that are gone, and gets none of a later hour.
    const ends = await offsetsAt(table, endMs);
    const begins = new Map((await offsetsAt(table, hourStartMs(hour))).map((it) => [it.partition, it.offset]));
    for (const { partition, offset: to } of ends) {
      const from = begins.get(partition) ?? to;
      taken.push({ table, partition, from: String(from < to ? from : to), to: String(to) });
    }
  }
  await storeOnce(hdfs, path, JSON.stringify({ hour, boundaries: taken }));
  return path;
}

/** @throws DamagedFile */
export async function readBoundaries(hdfs: Hdfs, path: string): Promise<Boundary[]> {
  const stored = await readJson(hdfs, path, boundaries, {
    what: 'the boundaries of an hour',
    remedy: 'Restore it from a copy, or remove it while Kafka still has the hour: the next refinement stores it again.',
  });
  return stored.boundaries;
}

/** Stores the text by a rename that never overwrites. If another writer was first, its file stays. */
async function storeOnce(hdfs: Hdfs, path: string, text: string): Promise<void> {
  const temporary = `${path}.${crypto.randomUUID()}.tmp`;
  await hdfs.writeText(temporary, text, { createParent: true });
  try {
    await renameSafely(hdfs, temporary, path, Buffer.byteLength(text));
  } catch (error) {
    if (!isHdfsError(error, 'exists')) throw error;
    await removeSafely(hdfs, temporary);
  }
}
