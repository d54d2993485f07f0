import pMap from 'p-map';
import { dayOf } from '../../workflows/hour.ts';
import type { Day, Hour } from '../../workflows/hour.ts';
import { FactError } from '../errors.ts';
import { HdfsError, isHdfsError } from '../hdfs/error.ts';
import type { FileStatus, Hdfs } from '../hdfs/hdfs.ts';
import { baseName, parentOf } from '../hdfs/paths.ts';
import { dayDirectory, daysDirectory, hasUnited, readDayManifest } from './day-manifest.ts';
import type { DayManifest } from './day-manifest.ts';
import { tablePath } from './manifest.ts';
import type { YellowTable } from './manifest.ts';

/** A file of a table in HDFS. */
export interface YellowFile {
  table: YellowTable;
  file: FileStatus;
  /** The hours whose rows are wanted. The file of an hour has one. */
  hours: Hour[];
  /** Of the file of a day: it may have more hours. */
  day: DayManifest | undefined;
}

/** The manifests of some days, of which no other is published while they are used. */
export type Days = ReadonlyMap<Day, DayManifest>;

const FILES_AT_ONCE = 8;
const MOST_ATTEMPTS = 10;

/**
 * Runs `work`, which finds and fetches files of these hours, so that it sees each row once. The manifest of a day decides which files count, and
 * it is replaced by one rename, while the files of before and after are both there. If the manifest of one of the days has changed when `work`
 * is done, or a file was gone, `work` is run again.
 * @throws FactError, retryable, if the days change again and again
 */
export async function readingHours<T>(
  { hdfs, root }: { hdfs: Hdfs; root: string },
  hours: readonly Hour[],
  work: (days: Days) => Promise<T>,
): Promise<T> {
  const wanted = new Set(hours.map(dayOf));
  const listDays = async (): Promise<Map<Day, FileStatus>> => {
    const found = (await hdfs.list(daysDirectory(root))).map((file) => [dayIn(file), file] as const);
    return new Map(found.filter(([day]) => wanted.has(day)));
  };
  for (let attempt = 1; ; attempt++) {
    const before = await listDays();
    const days = await readManifests(hdfs, root, [...before.keys()]);
    const [done] = await Promise.allSettled([work(days)]);
    if (done.status === 'rejected' && !isHdfsError(done.reason, 'absent')) throw done.reason;
    if (isSame(before, await listDays())) {
      if (done.status === 'rejected') throw done.reason;
      return done.value;
    }
    if (attempt === MOST_ATTEMPTS) throw alwaysChanging(root);
  }
}

/** The files of a table with rows of these hours. An hour without rows has none. @throws HdfsError `absent` if the file of a day is gone */
export async function findFiles(
  { hdfs, root }: { hdfs: Hdfs; root: string },
  table: YellowTable,
  hours: readonly Hour[],
  days: Days,
): Promise<YellowFile[]> {
  const united = Map.groupBy(
    hours.filter((hour) => hasUnited(days.get(dayOf(hour)), hour)),
    dayOf,
  );
  const ofDays = await pMap(
    [...united],
    async ([day, wanted]): Promise<YellowFile[]> => {
      const manifest = days.get(day);
      const name = manifest?.tables[table]?.file;
      if (name === undefined) return [];
      const path = `${dayDirectory(root, table, day)}/${name}`;
      const file = await hdfs.status(path);
      if (file === undefined)
        throw new HdfsError('absent', `Expected ${path} to exist, found nothing.`, { facts: { path } });
      return [{ table, file, hours: wanted, day: manifest }];
    },
    { concurrency: FILES_AT_ONCE },
  );
  const ofHours = await pMap(
    hours.filter((hour) => !hasUnited(days.get(dayOf(hour)), hour)),
    async (hour): Promise<YellowFile[]> => {
      const found = await hdfs.list(parentOf(tablePath(root, table, hour)));
      return found.filter(isTable).map((file) => ({ table, file, hours: [hour], day: undefined }));
    },
    { concurrency: FILES_AT_ONCE },
  );
  return [...ofDays, ...ofHours].flat();
}

/** Writers keep unfinished files under names that begin with a dot or an underscore. */
function isTable({ path, type, length }: FileStatus): boolean {
  return type === 'FILE' && length > 0 && /^[^._].*\.parquet$/.test(baseName(path));
}

async function readManifests(hdfs: Hdfs, root: string, days: readonly Day[]): Promise<Days> {
  const read = await pMap(days, async (day) => [day, await readDayManifest(hdfs, root, day)] as const, {
    concurrency: FILES_AT_ONCE,
  });
  return new Map(read.flatMap(([day, manifest]) => (manifest === undefined ? [] : [[day, manifest] as const])));
}

const dayIn = ({ path }: FileStatus): Day => baseName(path).replace(/\.json$/, '');

function isSame(before: ReadonlyMap<Day, FileStatus>, after: ReadonlyMap<Day, FileStatus>): boolean {
  return (
    before.size === after.size &&
    [...before].every(([day, { length, modificationTimeMs }]) => {
      const now = after.get(day);
      return now?.length === length && now.modificationTimeMs === modificationTimeMs;
    })
  );
}

function alwaysChanging(root: string): FactError {
  return new FactError(
    `Expected the days in ${daysDirectory(root)} to stay while they are read, found another change each of ${MOST_ATTEMPTS} times. ` +
      'Old days are being united, which takes a while after an upgrade: try again later.',
    { retryable: true },
  );
}
