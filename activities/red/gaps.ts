import { baseName } from '../hdfs/paths.ts';
import type { Hdfs } from '../hdfs/hdfs.ts';
import { tableDirectory } from './list-tiles.ts';
import type { RedTable } from './tables.ts';
import type { OffsetRange } from './tiling.ts';

/** Why no tile has the offsets: retention removed them before they were loaded, or Kafka never had a record there. */
export type GapReason = 'retention' | 'not in the log';

/** The content of a gap record, as JSON: offsets that can never be loaded. Code uses the file name, and the reason. */
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

/** The offsets of all gap records of a table, with one listing. Gap records are rare: each is a loss. */
export async function listGaps(hdfs: Hdfs, root: string, table: RedTable): Promise<OffsetRange[]> {
  const files = await hdfs.list(gapDirectory(root, table));
  return files.map((file) => parseGapFile(baseName(file.path))).filter((gap) => gap !== undefined);
}

/** Whether records were lost there. At offsets that the log never had, none were. A record that cannot be read counts as a loss. */
export async function isLossAt(hdfs: Hdfs, root: string, table: RedTable, gap: OffsetRange): Promise<boolean> {
  const text = await hdfs.readText(`${gapDirectory(root, table)}/${formatGapFile(gap)}`);
  try {
    return (JSON.parse(text) as Partial<GapRecord>).reason !== 'not in the log';
  } catch {
    return true;
  }
}

/** The range in the name of a gap record; `undefined` for any other name. */
function parseGapFile(name: string): OffsetRange | undefined {
  const match = GAP_FILE.exec(name);
  if (match === null) return undefined;
  const [, partition = '', from = '', to = ''] = match;
  const range = { partition: Number(partition), from: BigInt(from), to: BigInt(to) };
  return range.from < range.to ? range : undefined;
}
