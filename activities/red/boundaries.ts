import { z } from 'zod';
import { FactError } from '../errors.ts';
import { isHdfsError } from '../hdfs/hdfs-error.ts';
import type { Hdfs } from '../hdfs/hdfs.ts';
import { readJson } from '../hdfs/json-file.ts';
import { removeLooking, renameLooking } from '../hdfs/looking.ts';
import { RED_TABLES } from './tables.ts';
import type { RedTable } from './tables.ts';
import { addHours, hourStartMs } from '../../workflows/hour.ts';
import type { Hour } from '../../workflows/hour.ts';

/** Where an hour lies in one partition: the offsets from `from` up to, not including, `to`, as decimal text. */
const boundary = z.object({
  table: z.enum(RED_TABLES),
  partition: z.number().int().nonnegative(),
  from: z.string().regex(/^\d+$/),
  to: z.string().regex(/^\d+$/),
});
export type Boundary = z.infer<typeof boundary>;

/** `red/boundaries/<hour>.json`. */
const boundaries = z.object({ hour: z.string(), boundaries: z.array(boundary) });

/** The first offset of each partition whose append time is `ms` or later. */
export type OffsetsAt = (table: RedTable, ms: number) => Promise<{ partition: number; offset: bigint }[]>;

/** An hour must have been over this long before its end is looked up: the broker's clock may be behind ours. */
const CLOCKS_DIFFER_MS = 60_000;

function boundariesPath(root: string, hour: Hour): string {
  return `${root}/red/boundaries/${hour}.json`;
}

/**
 * Takes the boundaries of an ended hour from Kafka and stores them; where they are stored already, that is all. So every later look
 * at the hour means the same offsets.
 * @throws FactError, not retryable, where the hour has not ended yet
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
      `Expected an hour that ended a minute ago or earlier, got ${hour}, which ends at ${end}. Refine it after that; refine-open shows it until then.`,
      {
        facts: { hour },
        retryable: false,
      },
    );
  }

  const taken: Boundary[] = [];
  for (const table of RED_TABLES) {
    const from = await offsetsAt(table, hourStartMs(hour));
    const to = new Map((await offsetsAt(table, endMs)).map((it) => [it.partition, it.offset]));
    for (const { partition, offset } of from) {
      taken.push({ table, partition, from: String(offset), to: String(to.get(partition) ?? offset) });
    }
  }
  await storeOnce(hdfs, path, JSON.stringify({ hour, boundaries: taken }));
  return path;
}

/** @throws DamagedFile */
export async function readBoundaries(hdfs: Hdfs, path: string): Promise<Boundary[]> {
  const stored = await readJson(hdfs, path, boundaries, {
    what: 'the boundaries of an hour',
    remedy: 'Restore it from a copy, or remove it while Kafka still has the hour: the next refinement takes them anew.',
  });
  return stored.boundaries;
}

/** Stores the text by a rename that replaces nothing; when somebody else was first, theirs holds. */
async function storeOnce(hdfs: Hdfs, path: string, text: string): Promise<void> {
  const temporary = `${path}.${crypto.randomUUID()}.tmp`;
  await hdfs.writeText(temporary, text, { createParent: true });
  try {
    await renameLooking(hdfs, temporary, path, Buffer.byteLength(text));
  } catch (error) {
    if (!isHdfsError(error, 'exists')) throw error;
    await removeLooking(hdfs, temporary);
  }
}
