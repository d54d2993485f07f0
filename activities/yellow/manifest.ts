import { z } from 'zod';
import { FactError } from '../errors.ts';
import { isHdfsError } from '../hdfs/error.ts';
import type { Hdfs } from '../hdfs/hdfs.ts';
import { readJson } from '../hdfs/json-file.ts';
import { hourGap } from '../red/hour-gaps.ts';
import type { Hour } from '../../workflows/hour.ts';

export const YELLOW_TABLES = ['chat', 'events', 'moderation', 'streams', 'coverage', 'tallies', 'quarantine'] as const;
export type YellowTable = (typeof YELLOW_TABLES)[number];

/** The tables with what people wrote, and with who did what. The others have channels, streams and counts. */
export const TABLES_OF_PEOPLE = ['chat', 'events', 'moderation', 'quarantine'] as const;
export type TableOfPeople = (typeof TABLES_OF_PEOPLE)[number];

const tableVersion = z.object({
  rows: z.number().int().nonnegative(),
  /** The sum of the hashes of all rows as written: equal for equal rows, whatever their order. It is DuckDB's hash, so another version may have another. */
  digest: z.string(),
});
export type TableVersion = z.infer<typeof tableVersion>;

/**
 * `yellow/manifests/<hour>.json`: the red files and the SQL version from which an hour of yellow was made, and the resulting tables. It is
 * written after the tables, so they exist.
 */
const manifest = z.object({
  hour: z.string(),
  /** The append hours whose red has lines of this hour. */
  redHours: z.array(z.string()),
  redFiles: z.array(z.string()),
  sql: z.string(),
  /** The users who had opted out, as a digest; '' if nobody had. */
  optOut: z.string().default(''),
  /** An earlier release had fewer tables. */
  tables: z.partialRecord(z.enum(YELLOW_TABLES), tableVersion),
  /** True once the ended hour was refined with all lines up to its boundary that are not lost for good. */
  complete: z.boolean(),
  /** Offsets of the ended hour that red lacked. */
  gaps: z.array(hourGap).default([]),
  refinedAt: z.iso.datetime(),
});
export type Manifest = z.infer<typeof manifest>;

export const tablePath = (root: string, table: YellowTable, hour: Hour): string =>
  `${root}/yellow/${table}/hour=${hour}/part.parquet`;
export const manifestPath = (root: string, hour: Hour): string => `${root}/yellow/manifests/${hour}.json`;

/** A red file of an hour of yellow is gone, or its day was united after that, so the hour cannot be made again. It stays as it is. */
export class RedGone extends FactError {
  override name = 'RedGone';

  /** @param path of a file that is gone; undefined if the hour is united with its day */
  constructor(hour: Hour, path: string | undefined) {
    super(
      path === undefined
        ? `Expected files of ${hour} alone in yellow, found them united with its day, after its red was removed. The hour stays as it is.`
        : `Expected red to have ${path}, of which yellow of ${hour} was made; it is gone. The hour stays as it is. To make it again, put the file back.`,
      { facts: { hour, path }, retryable: false },
    );
  }
}

const WHAT = {
  what: 'the manifest of an hour of yellow',
  remedy: 'Restore it from a copy, or remove it and refine the hour and the week after it again.',
};

/** Undefined if the hour has none. @throws DamagedFile: then the red files of the hour are unknown */
export async function readManifest(hdfs: Hdfs, root: string, hour: Hour): Promise<Manifest | undefined> {
  try {
    return await readJson(hdfs, manifestPath(root, hour), manifest, WHAT);
  } catch (error) {
    if (isHdfsError(error, 'absent')) return undefined;
    throw error;
  }
}
