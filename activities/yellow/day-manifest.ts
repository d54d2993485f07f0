import { z } from 'zod';
import { isHdfsError } from '../hdfs/error.ts';
import type { Hdfs } from '../hdfs/hdfs.ts';
import { readJson } from '../hdfs/json-file.ts';
import { baseName } from '../hdfs/paths.ts';
import { dayOf, isDay } from '../../workflows/hour.ts';
import type { Day, Hour } from '../../workflows/hour.ts';
import { TABLES_OF_PEOPLE, YELLOW_TABLES } from './manifest.ts';
import type { YellowTable } from './manifest.ts';

/** When the rows in {@link TABLES_OF_PEOPLE} were removed, and after how many days. */
const removal = z.object({ at: z.iso.datetime(), afterDays: z.number().int().positive() });
export type Removal = z.infer<typeof removal>;

/**
 * `yellow/days/<day>.json`: the hours of a day that were united, so that each table has one file for them. Such an hour is never made again,
 * and a file of its own, if there still is one, does not count. The manifests of the hours stay, also when rows are removed.
 */
const dayManifest = z.object({
  day: z.string(),
  /** In the order of their rows, with the number of rows in each table. A table without rows is missing. */
  hours: z.array(
    z.object({
      hour: z.string(),
      rows: z.partialRecord(z.enum(YELLOW_TABLES), z.number().int().positive()),
      removed: removal.optional(),
    }),
  ),
  /** The digest is that of all hours together: the sum of theirs. A table without rows is missing. */
  tables: z.partialRecord(
    z.enum(YELLOW_TABLES),
    z.object({ file: z.string(), rows: z.number().int().positive(), digest: z.string() }),
  ),
  unitedAt: z.iso.datetime(),
});
export type DayManifest = z.infer<typeof dayManifest>;

export const daysDirectory = (root: string): string => `${root}/yellow/days`;
export const dayManifestPath = (root: string, day: Day): string => `${daysDirectory(root)}/${day}.json`;
/** The directory of the united hours of a table. Its name is the day, where that of an hour is the hour. */
export const dayDirectory = (root: string, table: YellowTable, day: Day): string =>
  `${root}/yellow/${table}/hour=${day}`;

const WHAT = { what: 'the manifest of a day of yellow', remedy: 'Restore it from a copy.' };

/** Undefined if no hour of the day was united. @throws DamagedFile: then nobody knows which files of the day count */
export async function readDayManifest(hdfs: Hdfs, root: string, day: Day): Promise<DayManifest | undefined> {
  try {
    return await readJson(hdfs, dayManifestPath(root, day), dayManifest, WHAT);
  } catch (error) {
    if (isHdfsError(error, 'absent')) return undefined;
    throw error;
  }
}

export const hasUnited = (manifest: DayManifest | undefined, hour: Hour): boolean =>
  manifest?.hours.some((it) => it.hour === hour) ?? false;

/** Whether the rows of an hour are in the files of its day. */
export async function isUnited(hdfs: Hdfs, root: string, hour: Hour): Promise<boolean> {
  return hasUnited(await readDayManifest(hdfs, root, dayOf(hour)), hour);
}

/** The days with united hours, oldest first. One listing. */
export async function listDays(hdfs: Hdfs, root: string): Promise<Day[]> {
  const manifests = await hdfs.list(daysDirectory(root));
  return manifests.map(({ path }) => baseName(path).replace(/\.json$/, '')).filter(isDay);
}

/** Whether rows in {@link TABLES_OF_PEOPLE} are left to remove. */
export const hasPeople = ({ hours }: DayManifest): boolean => hours.some(({ removed }) => removed === undefined);

/** The last removal of rows of the day; undefined if there was none. */
export function removalOf({ hours }: DayManifest): Removal | undefined {
  const removals = hours.flatMap(({ removed }) => removed ?? []);
  return removals.sort((a, b) => (a.at < b.at ? -1 : 1)).at(-1);
}

/** The same day without {@link TABLES_OF_PEOPLE}. */
export function withoutPeople(manifest: DayManifest, now: Removal): DayManifest {
  return {
    ...manifest,
    hours: manifest.hours.map(({ hour, rows, removed = now }) => ({ hour, rows: otherTables(rows), removed })),
    tables: otherTables(manifest.tables),
  };
}

function otherTables<T>(tables: Partial<Record<YellowTable, T>>): Partial<Record<YellowTable, T>> {
  const others = { ...tables };
  for (const table of TABLES_OF_PEOPLE) delete others[table];
  return others;
}
