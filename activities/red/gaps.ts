import { baseName } from '../hdfs/paths.ts';
import type { Hdfs } from '../hdfs/hdfs.ts';
import { tableDirectory } from './list-tiles.ts';
import type { RedTable } from './tables.ts';
import type { OffsetRange } from './tiling.ts';

/** Why offsets are in no tile: retention removed them before they were loaded, or Kafka never had a record there. */
export type GapReason = 'retention' | 'not in the log';

/** The content of a gap record, as JSON: offsets that were not loaded and never will be. For people; loaders and readers go by its name. */
export interface GapRecord {
  topic: string;
  partition: number;
  /** Offsets are decimal texts; half-open. */
  from: string;
  to: string;
  reason: GapReason;
  /** ISO. */
  foundAt: string;
}

const GAP_FILE = /^p(\d{1,9})-(\d{1,19})-(\d{1,19})\.json$/;

export function gapDirectory(root: string, table: RedTable): string {
  return `${tableDirectory(root, table)}/gaps`;
}

/** `p0-100-200.json` */
export function formatGapFile(range: OffsetRange): string {
  return `p${range.partition}-${range.from}-${range.to}.json`;
}

/** The offsets that all gap records of a table account for; one listing. There are few: each is a loss, or an accident. */
export async function listGaps(hdfs: Hdfs, root: string, table: RedTable): Promise<OffsetRange[]> {
  const files = await hdfs.list(gapDirectory(root, table));
  return files.map((file) => parseGapFile(baseName(file.path))).filter((gap) => gap !== undefined);
}

/** The range that the name of a gap record tells; `undefined` for any other name. */
function parseGapFile(name: string): OffsetRange | undefined {
  const match = GAP_FILE.exec(name);
  if (match === null) return undefined;
  const [, partition = '', from = '', to = ''] = match;
  const range = { partition: Number(partition), from: BigInt(from), to: BigInt(to) };
  return range.from < range.to ? range : undefined;
}
