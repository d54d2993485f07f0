import { join } from 'node:path';
import pMap from 'p-map';
import type { Log } from '../../common/log.ts';
import { dayOf } from '../../workflows/hour.ts';
import type { Day, Hour } from '../../workflows/hour.ts';
import { removeSafely } from '../hdfs/safe-changes.ts';
import { listHours } from '../red/list-tiles.ts';
import { listPolls } from '../red/polls.ts';
import { RED_TABLES } from '../red/tables.ts';
import { dayDirectory, hasUnited } from '../yellow/day-manifest.ts';
import { dayRowsOf } from '../yellow/day-rows.ts';
import type { HourRows } from '../yellow/day-rows.ts';
import { listHoursWithFiles } from '../yellow/list-hours.ts';
import { YELLOW_TABLES, readManifest, tablePath } from '../yellow/manifest.ts';
import type { YellowTable } from '../yellow/manifest.ts';
import { hourOfRefinement, refinementsDirectory } from '../yellow/publishing.ts';
import { dayOfRun, dayRunsDirectory, finishDay, onDay, publishDay } from './publish-day.ts';
import type { DayDeps, DayFiles, DayRun } from './publish-day.ts';

export type UnionDeps = DayDeps & { log: Log };

export interface DaysUnited {
  days: number;
  /** Hours that were united in them. */
  hours: number;
}

const DOWNLOADS_AT_ONCE = 8;

/**
 * Unites the hours of each day of yellow before `before` whose red is gone, oldest first: afterwards each table has one file for the day. Such
 * hours cannot be made again, so nothing is united too early. A day with an hour that still has red waits. Hours that appear later, made of red
 * that was imported, lie beside the file of their day until their own red is gone, and then join it.
 */
export async function uniteDays(deps: UnionDeps, before: Day, signal: AbortSignal): Promise<DaysUnited> {
  const { hdfs, root } = deps;
  const united: DaysUnited = { days: 0, hours: 0 };
  const hours = await listHoursWithFiles(hdfs, root);
  const interrupted = (await hdfs.list(dayRunsDirectory(root))).map(({ path }) => dayOfRun(path));
  const days = new Set([...[...hours].map(dayOf), ...interrupted].filter((day) => day < before));
  for (const day of [...days].sort()) {
    signal.throwIfAborted();
    const count = await uniteDay(deps, day, [...hours].filter((hour) => dayOf(hour) === day).sort(), signal); // prettier-ignore
    united.hours += count;
    if (count > 0) united.days++;
  }
  return united;
}

/** @returns how many hours were united */
function uniteDay(deps: UnionDeps, day: Day, found: readonly Hour[], signal: AbortSignal): Promise<number> {
  return onDay(deps, day, async (run) => {
    const hours = found.filter((hour) => !hasUnited(run.old, hour));
    if (hours.length === 0 || !(await isRedGone(run, hours))) {
      await finishDay(run);
      return 0;
    }
    await fenceRefinements(run, hours);
    const files = {} as DayFiles;
    for (const table of YELLOW_TABLES) {
      signal.throwIfAborted();
      files[table] = await fetchTable(run, table, hours);
    }
    await publishDay(run, [...(run.old?.hours.map(({ hour }) => hour) ?? []), ...hours], files);
    deps.log.info('a day of yellow was united', { day, hours: hours.length });
    return hours.length;
  });
}

/** Whether each hour was made of red that is gone, so that it can never be made again. */
async function isRedGone({ hdfs, root }: DayRun, hours: readonly Hour[]): Promise<boolean> {
  const left = new Set<Hour>();
  for (const table of RED_TABLES) for (const hour of await listHours(hdfs, root, table)) left.add(hour);
  for (const hour of hours) {
    const manifest = await readManifest(hdfs, root, hour);
    if (manifest === undefined || [hour, ...manifest.redHours].some((it) => left.has(it))) return false;
    if ((await listPolls(hdfs, root, hour)).length > 0) return false;
  }
  return true;
}

/** A refinement that froze before the red was removed can publish nothing any more. */
async function fenceRefinements({ hdfs, root }: DayRun, hours: readonly Hour[]): Promise<void> {
  for (const { path } of await hdfs.list(refinementsDirectory(root)))
    if (hours.includes(hourOfRefinement(path))) await removeSafely(hdfs, path);
}

/** Local copies of the file of the day, if there is one, and of the hours that join it. */
async function fetchTable(run: DayRun, table: YellowTable, hours: readonly Hour[]): Promise<DayFiles[YellowTable]> {
  const { hdfs, root, day, old, localDirectory } = run;
  const files: DayFiles[YellowTable] = [];
  const file = old?.tables[table]?.file;
  if (old !== undefined && file !== undefined) {
    const local = join(localDirectory, `${table}-before.parquet`);
    await hdfs.download(`${dayDirectory(root, table, day)}/${file}`, local);
    files.push(dayRowsOf(old, table, local, old.hours.map(({ hour }) => hour))); // prettier-ignore
  }
  const copies = await pMap(hours, (hour) => fetchHour(run, table, hour), { concurrency: DOWNLOADS_AT_ONCE });
  return [...files, ...copies.filter((copy) => copy !== undefined)];
}

async function fetchHour(
  { hdfs, root, localDirectory }: DayRun,
  table: YellowTable,
  hour: Hour,
): Promise<HourRows | undefined> {
  const from = tablePath(root, table, hour);
  if ((await hdfs.status(from)) === undefined) return undefined;
  const path = join(localDirectory, `${table}-${hour}.parquet`);
  await hdfs.download(from, path);
  return { path, hour };
}
