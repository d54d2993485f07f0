import type { DuckDBConnection } from '@duckdb/node-api';
import pMap from 'p-map';
import { addHours, dayOf, isHour } from '../../workflows/hour.ts';
import type { Day, Hour } from '../../workflows/hour.ts';
import type { CachedFiles } from '../hdfs/cached-files.ts';
import type { FileStatus, Hdfs } from '../hdfs/hdfs.ts';
import { baseName } from '../hdfs/paths.ts';
import { daysDirectory } from '../yellow/day-manifest.ts';
import { dayRowsOf } from '../yellow/day-rows.ts';
import type { LocalFile } from '../yellow/day-rows.ts';
import { findFiles, readingHours } from '../yellow/find-files.ts';
import { YELLOW_TABLES } from '../yellow/manifest.ts';
import type { YellowTable } from '../yellow/manifest.ts';
import { dropHours, hoursWithNewHiding, noteWordsDone, rollUp, rollUpFirst, rollUpWords } from './roll-up.ts';
import type { HourVersion } from './roll-up.ts';
import { STORE } from './rollup-store.ts';
import { DAYS_SHOWN } from './scope.ts';
import { createYellowViews } from './views.ts';
import type { YellowFiles } from './views.ts';

const FILES_AT_ONCE = 8;
/** A message may have been sent up to a week before it arrived, and the sums count by arrival. A room may have been joined days ago. */
const HOURS_BACK = 7 * 24;

interface RollupDeps {
  hdfs: Hdfs;
  root: string;
  files: CachedFiles;
  now: () => number;
}

/** The hours that the pages of the site and of this day need: the last thirty days that yellow has, and those around the day. */
export function hoursNeeded(hours: readonly Hour[], day: Day): Hour[] {
  const shown = addHours(hours.at(-1) ?? `${day}T23`, -DAYS_SHOWN * 24);
  const [from, to] = [addHours(`${day}T00`, -HOURS_BACK), addHours(`${day}T00`, 25)];
  return hours.filter((hour) => hour > shown || (hour >= from && hour < to));
}

/**
 * Brings the store up to date with yellow: adds up hours that are new or have changed, and removes those that are gone or no longer needed. A
 * repeat goes on where it was interrupted.
 */
export async function updateRollups(
  connection: DuckDBConnection,
  deps: RollupDeps,
  day: Day,
  signal: AbortSignal,
): Promise<void> {
  const inYellow = await listVersions(deps);
  const wanted = new Set(hoursNeeded([...inYellow.keys()], day));
  const inStore = await storedVersions(connection);
  const gone = [...inStore.keys()].filter((hour) => !wanted.has(hour));
  if (gone.length > 0) await dropHours(connection, gone);
  const changed = [...wanted]
    .map((hour) => ({ hour, version: inYellow.get(hour) ?? '' }))
    .filter(({ hour, version }) => inStore.get(hour) !== version);
  const days = [...Map.groupBy(changed, ({ hour }) => dayOf(hour)).values()];
  for (const hours of days.map(namesOf)) {
    signal.throwIfAborted();
    await withFiles(connection, deps, hours, ['moderation', 'coverage'], () => rollUpFirst(connection, hours));
  }
  for (const hours of days) {
    signal.throwIfAborted();
    await withFiles(connection, deps, namesOf(hours), YELLOW_TABLES, () =>
      rollUp(connection, hours, new Date(deps.now())),
    );
  }
  for (const hours of Map.groupBy(await hoursWithNewHiding(connection), dayOf).values())
    await withFiles(connection, deps, hours, ['chat'], () => rollUpWords(connection, hours, new Date(deps.now())));
  await noteWordsDone(connection);
}

const namesOf = (hours: readonly HourVersion[]): Hour[] => hours.map(({ hour }) => hour);

/** The hours of yellow, oldest first, each with what changes when its files do. Two listings. */
async function listVersions({ hdfs, root }: RollupDeps): Promise<Map<Hour, string>> {
  const days = new Map(
    (await hdfs.list(daysDirectory(root))).map((file) => [baseName(file.path).replace(/\.json$/, ''), versionOf(file)]),
  );
  const manifests = (await hdfs.list(`${root}/yellow/manifests`)).map(
    (file) => [baseName(file.path).replace(/\.json$/, ''), file] as const,
  );
  return new Map(
    manifests
      .filter(([hour]) => isHour(hour))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([hour, file]) => [hour, `${versionOf(file)} ${days.get(dayOf(hour)) ?? ''}`]),
  );
}

const versionOf = ({ length, modificationTimeMs }: FileStatus): string => `${modificationTimeMs}-${length}`;

async function storedVersions(connection: DuckDBConnection): Promise<Map<Hour, string>> {
  const found = await connection.runAndReadAll(`SELECT hour, version FROM ${STORE}.hours`);
  return new Map(found.getRowsJson() as [Hour, string][]);
}

/** Runs `work` with views over yellow that have these hours and no others. Tables that are not named have no rows. */
async function withFiles(
  connection: DuckDBConnection,
  deps: RollupDeps,
  names: readonly Hour[],
  tables: readonly YellowTable[],
  work: () => Promise<void>,
): Promise<void> {
  const files = await readingHours(deps, names, async (days) => {
    const fetched = YELLOW_TABLES.map(async (table): Promise<[YellowTable, LocalFile[]]> => {
      if (!tables.includes(table)) return [table, []];
      const found = await findFiles(deps, table, names, days);
      const fetch = async ({ file, hours: ofFile, day }: (typeof found)[number]): Promise<LocalFile> => {
        const local = await deps.files.fetch(file);
        return day === undefined ? { path: local, hour: ofFile[0] ?? '' } : dayRowsOf(day, table, local, ofFile);
      };
      return [table, await pMap(found, fetch, { concurrency: FILES_AT_ONCE })];
    });
    return Object.fromEntries(await Promise.all(fetched)) as unknown as YellowFiles;
  });
  await createYellowViews(connection, files);
  await work();
}
