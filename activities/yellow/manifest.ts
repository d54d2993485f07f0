import { z } from 'zod';
import { HdfsError } from '../hdfs/hdfs-error.ts';
import type { Hdfs } from '../hdfs/hdfs.ts';
import type { Hour } from '../../workflows/hour.ts';

export const YELLOW_TABLES = ['chat', 'events', 'moderation', 'streams', 'coverage', 'tallies'] as const;
export type YellowTable = (typeof YELLOW_TABLES)[number];

const tableVersion = z.object({
  rows: z.number().int().nonnegative(),
  /** A sum over the MD5 of every row: equal for equal rows, in whatever order they lie. */
  digest: z.string(),
});

/**
 * `yellow/manifests/<hour>.json`: which red files an hour of yellow was made from, by which SQL text, and what came out. It is written
 * after the tables, so what it names is there.
 */
const manifest = z.object({
  hour: z.string(),
  /** The append hours whose red holds lines of this hour. */
  redHours: z.array(z.string()),
  redFiles: z.array(z.string()),
  sql: z.string(),
  tables: z.record(z.enum(YELLOW_TABLES), tableVersion),
  /** True once the refinement of the ended hour has run, with every line up to its boundary. */
  complete: z.boolean(),
  refinedAt: z.iso.datetime(),
});
export type Manifest = z.infer<typeof manifest>;

export const tablePath = (root: string, table: YellowTable, hour: Hour): string =>
  `${root}/yellow/${table}/hour=${hour}/part.parquet`;
export const manifestPath = (root: string, hour: Hour): string => `${root}/yellow/manifests/${hour}.json`;

export async function readManifest(hdfs: Hdfs, root: string, hour: Hour): Promise<Manifest | undefined> {
  try {
    return manifest.parse(JSON.parse(await hdfs.readText(manifestPath(root, hour))));
  } catch (error) {
    if (error instanceof HdfsError && error.kind === 'absent') return undefined;
    throw error;
  }
}
