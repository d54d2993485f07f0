import { join } from 'node:path';
import pMap from 'p-map';
import type { Disk } from '../../common/disk.ts';
import type { Day, Hour } from '../../workflows/hour.ts';
import { FactError } from '../errors.ts';
import { HdfsError, isHdfsError } from '../hdfs/error.ts';
import { fenceOthers } from '../hdfs/fence.ts';
import type { Hdfs } from '../hdfs/hdfs.ts';
import { baseName, parentOf } from '../hdfs/paths.ts';
import { mkdirsSafely, removeSafely, replaceSafely } from '../hdfs/safe-changes.ts';
import { dayDirectory, dayManifestPath, readDayManifest } from '../yellow/day-manifest.ts';
import type { DayManifest } from '../yellow/day-manifest.ts';
import type { DayRows, HourRows } from '../yellow/day-rows.ts';
import { YELLOW_TABLES, tablePath } from '../yellow/manifest.ts';
import type { YellowTable } from '../yellow/manifest.ts';
import type { DayTables, Version } from './day-tables.ts';

export interface DayDeps {
  hdfs: Hdfs;
  root: string;
  dayTables: DayTables;
  disk: Disk;
  scratchDirectory: string;
  now: () => number;
}

/** A run that writes the files of a day. */
export interface DayRun extends DayDeps {
  day: Day;
  /** The manifest that it replaces. */
  old: DayManifest | undefined;
  /** In HDFS. The next run on the day removes it, which fences this one. */
  epochDirectory: string;
  localDirectory: string;
}

/** The local files of each table, in the order of the hours. */
export type DayFiles = Record<YellowTable, (HourRows | DayRows)[]>;

/** Holds one directory per running work on a day: `<root>/yellow/.days`. */
export const dayRunsDirectory = (root: string): string => `${root}/yellow/.days`;
/** The day of a directory below {@link dayRunsDirectory}. */
export const dayOfRun = (path: string): Day => baseName(path).slice(0, '2026-11-25'.length);

const REMOVALS_AT_ONCE = 8;

/**
 * Runs `work` on a day, fenced against all other runs on it: they can place no file and no manifest any more.
 * @throws FactError, retryable, if another run interfered
 */
export async function onDay<T>(deps: DayDeps, day: Day, work: (run: DayRun) => Promise<T>): Promise<T> {
  const { hdfs, root, disk, scratchDirectory } = deps;
  try {
    const epochDirectory = await fenceOthers(hdfs, dayRunsDirectory(root), day);
    const old = await readDayManifest(hdfs, root, day);
    const localDirectory = await disk.makeDirectory(join(scratchDirectory, 'day-'));
    try {
      const done = await work({ ...deps, day, old, epochDirectory, localDirectory });
      await removeSafely(hdfs, epochDirectory);
      return done;
    } finally {
      await disk.remove(localDirectory);
    }
  } catch (error) {
    if (!isHdfsError(error, 'absent', 'exists', 'fenced')) throw error;
    const text = `Another run on ${day} of yellow interfered, and this one is retried: ${error.message}`;
    throw new FactError(text, { facts: { day }, retryable: true, cause: error });
  }
}

/**
 * Puts new files of a day in the place of its old ones, and of the files of its hours:
 *
 * 1. `proven`, per table: unite the local files, upload the result, read it back from HDFS, and compare the rows and the digest of each hour.
 * 2. `placed`: rename the files into their directories, under names that were never used. Readers that ask the manifest do not see them yet.
 * 3. `committed`: one rename puts the manifest in its place. From now on these readers use the new files only.
 * 4. `removed`: the files that do not count any more.
 *
 * A crash at any step leaves each row readable exactly once by the manifest, and the next run on the day finishes the work. Between `placed`
 * and `removed`, a reader that opens all files finds rows twice.
 * @param hours of the local files, in this order
 */
export async function publishDay(run: DayRun, hours: readonly Hour[], files: DayFiles): Promise<DayManifest> {
  const { hdfs, root, day, epochDirectory } = run;
  const versions = new Map<YellowTable, Map<Hour, Version>>();
  for (const table of YELLOW_TABLES) {
    const measured = await proveTable(run, table, files[table]);
    if (measured.size > 0) versions.set(table, measured);
  }
  const left = await findLeft(run, hours);
  const manifest = manifestOf(run, hours, versions);
  for (const table of versions.keys()) {
    const path = `${dayDirectory(root, table, day)}/${fileName(run)}`;
    await mkdirsSafely(hdfs, parentOf(path));
    await replaceSafely(hdfs, `${epochDirectory}/${table}.parquet`, path);
  }
  await placeManifest(run, manifest);
  await removeLeft(run, left);
  return manifest;
}

/** Finishes what interrupted runs have left, of all days. */
export async function finishDays(deps: DayDeps): Promise<void> {
  const left = await deps.hdfs.list(dayRunsDirectory(deps.root));
  for (const day of new Set(left.map(({ path }) => dayOfRun(path)))) await onDay(deps, day, finishDay);
}

/** Removes what an interrupted run has left: files that the manifest does not name, and directories without a file. */
export async function finishDay(run: DayRun): Promise<void> {
  const { root, day, old } = run;
  // The tables that one run has placed have the same name.
  const named = new Set(YELLOW_TABLES.map((table) => `${dayDirectory(root, table, day)}/${old?.tables[table]?.file}`));
  const left = await findLeft(run, old?.hours.map(({ hour }) => hour) ?? []);
  await removeLeft(run, left.filter((path) => !named.has(path))); // prettier-ignore
  for (const table of YELLOW_TABLES)
    if (old?.tables[table] === undefined) await removeIfEmpty(run.hdfs, dayDirectory(root, table, day));
}

/** Another run may have placed a file in it meanwhile. */
async function removeIfEmpty(hdfs: Hdfs, directory: string): Promise<void> {
  try {
    await hdfs.remove(directory);
  } catch (error) {
    if (!isHdfsError(error, 'exists')) throw error;
  }
}

/** Step 3, by one rename. */
export async function placeManifest({ hdfs, root, day, epochDirectory }: DayRun, manifest: DayManifest): Promise<void> {
  const uploaded = `${epochDirectory}/manifest.json`;
  await hdfs.writeText(uploaded, JSON.stringify(manifest), { createParent: false });
  await mkdirsSafely(hdfs, parentOf(dayManifestPath(root, day)));
  await replaceSafely(hdfs, uploaded, dayManifestPath(root, day));
}

/** Step 1. @returns the versions of the hours with rows */
async function proveTable(run: DayRun, table: YellowTable, files: DayFiles[YellowTable]): Promise<Map<Hour, Version>> {
  const { hdfs, dayTables, disk, localDirectory, epochDirectory, day } = run;
  const expected = await dayTables.measure(table, files);
  if (expected.size === 0) return expected;
  const local = join(localDirectory, `${table}.parquet`);
  await dayTables.unite(table, files, local);
  const uploaded = `${epochDirectory}/${table}.parquet`;
  await hdfs.upload(local, uploaded, { createParent: false });
  await hdfs.download(uploaded, local);
  const order = files.flatMap((file) => ('hours' in file ? file.wanted : [file.hour]));
  const rows = order.flatMap((hour) => {
    const version = expected.get(hour);
    return version === undefined ? [] : [{ hour, rows: version.rows }];
  });
  const found = await dayTables.measure(table, [{ path: local, hours: rows, wanted: rows.map(({ hour }) => hour) }]);
  const wrong = firstDifference(expected, found);
  if (wrong !== undefined) throw notEqual(day, table, wrong);
  await disk.remove(local);
  return expected;
}

/** An hour whose rows differ. */
function firstDifference(expected: ReadonlyMap<Hour, Version>, found: ReadonlyMap<Hour, Version>): Hour | undefined {
  return [...expected.keys(), ...found.keys()].find((hour) => {
    const [a, b] = [expected.get(hour), found.get(hour)];
    return a?.rows !== b?.rows || a?.digest !== b?.digest;
  });
}

/** A name that only this run uses. */
const fileName = ({ epochDirectory, day }: DayRun): string =>
  `part-${baseName(epochDirectory).slice(day.length + 1)}.parquet`;

function manifestOf(
  run: DayRun,
  hours: readonly Hour[],
  versions: ReadonlyMap<YellowTable, ReadonlyMap<Hour, Version>>,
): DayManifest {
  const rowsOf = (hour: Hour): DayManifest['hours'][number]['rows'] =>
    Object.fromEntries(
      [...versions].flatMap(([table, ofHours]) => {
        const version = ofHours.get(hour);
        return version === undefined ? [] : [[table, version.rows]];
      }),
    );
  const tables = [...versions].map(([table, ofHours]) => [
    table,
    {
      file: fileName(run),
      rows: [...ofHours.values()].reduce((sum, { rows }) => sum + rows, 0),
      digest: String([...ofHours.values()].reduce((sum, { digest }) => sum + BigInt(digest), 0n)),
    },
  ]);
  const removals = new Map(run.old?.hours.map(({ hour, removed }) => [hour, removed]));
  return {
    day: run.day,
    hours: hours.map((hour) => {
      const removed = removals.get(hour);
      return { hour, rows: rowsOf(hour), ...(removed === undefined ? {} : { removed }) };
    }),
    tables: Object.fromEntries(tables) as DayManifest['tables'],
    unitedAt: new Date(run.now()).toISOString(),
  };
}

/** Files of the day, and directories of its hours. It must be called before this run has placed a file. */
async function findLeft({ hdfs, root, day }: DayRun, hours: readonly Hour[]): Promise<string[]> {
  const left: string[] = [];
  for (const table of YELLOW_TABLES) {
    left.push(...(await hdfs.list(dayDirectory(root, table, day))).map(({ path }) => path));
    const directories = new Set(hours.map((hour) => parentOf(tablePath(root, table, hour))));
    const found = await hdfs.list(parentOf(dayDirectory(root, table, day)));
    left.push(...found.map(({ path }) => path).filter((path) => directories.has(path)));
  }
  return left;
}

/**
 * Step 4. The directory of this run must still exist: then no other run had begun when the manifest was placed, so none of these files is one of
 * its own.
 */
async function removeLeft(run: DayRun, left: readonly string[]): Promise<void> {
  await checkNotFenced(run);
  await pMap(left, (path) => removeSafely(run.hdfs, path), { concurrency: REMOVALS_AT_ONCE });
}

/** @throws HdfsError `fenced` if another run on the day has begun */
export async function checkNotFenced({ hdfs, epochDirectory }: DayRun): Promise<void> {
  if ((await hdfs.status(epochDirectory)) === undefined) {
    const message = `Expected ${epochDirectory} to exist until the day is published, found nothing: another run has removed it.`;
    throw new HdfsError('fenced', message, { facts: { path: epochDirectory } });
  }
}

function notEqual(day: Day, table: YellowTable, hour: Hour): FactError {
  return new FactError(
    `Expected the united file of ${table} of ${day} to have exactly the rows of its hours; ${hour} differs. Nothing was changed, ` +
      'and the union is retried. If it fails again, check the disk of the refiner.',
    { facts: { day, table, hour }, retryable: true },
  );
}
