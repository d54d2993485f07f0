import { z } from 'zod';
import { baseName } from '../hdfs/paths.ts';
import type { Hdfs } from '../hdfs/hdfs.ts';
import { tableDirectory } from './list-tiles.ts';
import type { RedTable } from './tile.ts';
import type { OffsetRange } from './tiling.ts';

/** Why offsets are in no tile: retention removed them before they were loaded, or Kafka never had a record there. */
export const gapReason = z.enum(['retention', 'not in the log']);
export type GapReason = z.infer<typeof gapReason>;

/** The content of a gap record: offsets that were not loaded and never will be. */
export const gapRecord = z.object({
  topic: z.string(),
  partition: z.int(),
  from: z.string(),
  to: z.string(),
  reason: gapReason,
  foundAt: z.iso.datetime(),
});
export type GapRecord = z.infer<typeof gapRecord>;

/** A gap record as its name tells it. */
export interface Gap extends OffsetRange {
  /** Absolute path in HDFS. */
  path: string;
}

const gapFile = /^p(\d{1,9})-(\d{1,19})-(\d{1,19})\.json$/;

export function gapDirectory(root: string, table: RedTable): string {
  return `${tableDirectory(root, table)}/gaps`;
}

/** `p0-100-200.json` */
export function formatGapFile(range: OffsetRange): string {
  return `p${range.partition}-${range.from}-${range.to}.json`;
}

/** The range that the name of a gap record tells; `undefined` for any other name. */
export function parseGapFile(name: string): OffsetRange | undefined {
  const match = gapFile.exec(name);
  if (match === null) return undefined;
  const [, partition = '', from = '', to = ''] = match;
  const range = { partition: Number(partition), from: BigInt(from), to: BigInt(to) };
  return range.from < range.to ? range : undefined;
}

/** All gap records of a table. There are few: each is a loss, or an accident. */
export async function listGaps(hdfs: Hdfs, root: string, table: RedTable): Promise<Gap[]> {
  const files = await hdfs.list(gapDirectory(root, table));
  return files.flatMap((file) => {
    const range = parseGapFile(baseName(file.path));
    return range === undefined ? [] : [{ ...range, path: file.path }];
  });
}
