import type { Log } from '../../common/log.ts';
import { dayOf } from '../../workflows/hour.ts';
import type { Day, Hour } from '../../workflows/hour.ts';
import { DamagedFile } from '../hdfs/json-file.ts';
import {
  dayDirectory,
  hasPeople,
  hasUnited,
  listDays,
  readDayManifest,
  withoutPeople,
} from '../yellow/day-manifest.ts';
import type { DayManifest } from '../yellow/day-manifest.ts';
import { listHoursWithFiles } from '../yellow/list-hours.ts';
import { TABLES_OF_PEOPLE } from '../yellow/manifest.ts';
import { finishDay, onDay, placeManifest } from './publish-day.ts';
import type { DayDeps, DayRun } from './publish-day.ts';

export type YellowRemovalDeps = DayDeps & {
  /** Removes local copies of files of yellow. Nobody may be reading one. */
  dropCopies: () => Promise<void>;
  log: Log;
};

export interface OldYellow {
  /** Days whose tables of people can be removed, oldest first. */
  days: Day[];
  /** The oldest day that is old enough and has to wait; null if there is none. */
  waiting: Day | null;
}

/** The report of each of these days is published again. The next run finds the others. */
const MOST_DAYS = 366;

/**
 * Finds days before `before` that have rows in the tables of people. Only a united day has its turn: the red of all its hours is gone, and no
 * hour can be made again. A day with an hour beside the united ones waits until that joins them.
 */
export async function findOldYellow(
  { hdfs, root, log }: Pick<YellowRemovalDeps, 'hdfs' | 'root' | 'log'>,
  before: Day,
): Promise<OldYellow> {
  const found: OldYellow = { days: [], waiting: null };
  const ownHours = Map.groupBy(await listHoursWithFiles(hdfs, root), dayOf);
  const directories = await listDirectories(hdfs, root);
  // Two runs that fenced each other may both have left files that do not count.
  const hasLeft = ({ day, tables }: DayManifest): boolean =>
    TABLES_OF_PEOPLE.some((table) => tables[table] === undefined && directories.has(dayDirectory(root, table, day)));
  const days = new Set([...(await listDays(hdfs, root)), ...ownHours.keys()].filter((day) => day < before));
  for (const day of [...days].sort()) {
    const manifest = await readDayManifest(hdfs, root, day).catch((error: unknown) => {
      if (!(error instanceof DamagedFile)) throw error;
      log.error('a day of yellow cannot be removed', { day, error });
      return undefined;
    });
    if (manifest === undefined || hasOthers(manifest, ownHours.get(day) ?? [])) found.waiting ??= day;
    else if ((hasPeople(manifest) || hasLeft(manifest)) && found.days.length < MOST_DAYS) found.days.push(day);
  }
  return found;
}

/**
 * Removes the tables of people of these days, one day after the other. Per day:
 *
 * 1. `fenced`: other runs on the day, such as a union or an erasure, can place nothing any more, and are retried.
 * 2. `committed`: one rename puts a manifest without these tables in its place. From now on readers that ask it find none of their rows.
 * 3. `removed`: the files that the manifest does not name any more, and their directories.
 *
 * At the end, local copies are removed. A crash at any step leaves the rest to the next attempt. The manifests of the hours stay, so no hour is
 * made again; the other tables stay, and have the sums.
 * @returns how many days had such tables
 */
export async function removeOldYellow(
  deps: YellowRemovalDeps,
  { days, afterDays }: { days: readonly Day[]; afterDays: number },
  signal: AbortSignal,
): Promise<number> {
  let removed = 0;
  for (const day of days) {
    signal.throwIfAborted();
    if (await onDay(deps, day, (run) => removePeople(run, afterDays))) removed++;
  }
  await deps.dropCopies();
  deps.log.info('old yellow was removed', { days: removed, first: days[0], last: days.at(-1) });
  return removed;
}

/** @returns whether there was something to remove */
async function removePeople(run: DayRun, afterDays: number): Promise<boolean> {
  const { old, now } = run;
  // Since the day was found, an hour may have appeared, or an interrupted attempt may have removed the tables.
  const isDue = old !== undefined && hasPeople(old) && !hasOthers(old, await ownHours(run));
  const next = isDue ? withoutPeople(old, { at: new Date(now()).toISOString(), afterDays }) : undefined;
  if (next !== undefined) await placeManifest(run, next);
  await finishDay({ ...run, old: next ?? old });
  return isDue;
}

async function ownHours({ hdfs, root, day }: DayRun): Promise<Hour[]> {
  return [...(await listHoursWithFiles(hdfs, root))].filter((hour) => dayOf(hour) === day);
}

/** Whether one of these hours of the day lies beside the united ones. */
function hasOthers(manifest: DayManifest, hours: readonly Hour[]): boolean {
  return hours.some((hour) => !hasUnited(manifest, hour));
}

/** The directories of hours and days in the tables of people. */
async function listDirectories(hdfs: DayDeps['hdfs'], root: string): Promise<Set<string>> {
  const listed = await Promise.all(TABLES_OF_PEOPLE.map((table) => hdfs.list(`${root}/yellow/${table}`)));
  return new Set(listed.flat().map(({ path }) => path));
}
