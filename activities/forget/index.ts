import { join } from 'node:path';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import pMap from 'p-map';
import { z } from 'zod';
import type { Log } from '../../common/log.ts';
import { dayOf, hoursOfDay } from '../../workflows/hour.ts';
import type { Day, Hour } from '../../workflows/hour.ts';
import { FactError, mappingErrors } from '../errors.ts';
import type { CachedFiles } from '../hdfs/cached-files.ts';
import { baseName, parentOf } from '../hdfs/paths.ts';
import { readSpills } from '../health/health.ts';
import { withHeartbeats } from '../heartbeats.ts';
import { enterForgotten } from '../opt-out/enter.ts';
import { peopleOf, readOptOut } from '../opt-out/list.ts';
import type { People } from '../opt-out/redact-line.ts';
import type { Parameters } from '../parameters/client.ts';
import { listHours, listReadableTiles } from '../red/list-tiles.ts';
import { finishDays } from '../retain/publish-day.ts';
import type { DayDeps } from '../retain/publish-day.ts';
import { dayDirectory, readDayManifest } from '../yellow/day-manifest.ts';
import { TABLES_OF_PEOPLE, tablePath } from '../yellow/manifest.ts';
import type { TableOfPeople } from '../yellow/manifest.ts';
import { hourOfRefinement, refinementsDirectory } from '../yellow/publishing.ts';
import type { RefinementDeps } from '../yellow/refinement.ts';
import { findPages } from './pages.ts';
import { eraseRedHour } from './erase-red.ts';
import type { ErasureDeps } from './erase-red.ts';
import { eraseYellowHour } from './erase-yellow.ts';
import { removeWorkInProgress } from './leftovers.ts';
import type { RedactYellow } from './redact-yellow.ts';
import type { CountTraces } from './traces.ts';

/** A user of Twitch, and a day of red and yellow. */
interface UserDay {
  userId: string;
  day: Day;
}

export interface RedDayErased {
  rewritten: number;
  lines: number;
  /** Logins of the user that were not known before. Hours that were erased before this day may mention them. */
  newLogins: number;
}

export interface DayProven {
  /** Files that were read. */
  files: number;
  /** Files that still tell of the user, at most ten. */
  traces: string[];
}

export interface ForgetActivities {
  /** Enters the user into `config/opt-out`. @returns the days that have chat in red or yellow, oldest first, and when Kafka has deleted all lines of before */
  beginForgetting(input: { userId: string }): Promise<{ days: Day[]; kafkaUntil: string | null }>;
  /** Redacts the chat of a day in red. */
  eraseRedDay(input: UserDay): Promise<RedDayErased>;
  /** Finds the hours of yellow that tell of the user. One stands for all that are united. */
  findYellowHours(input: UserDay): Promise<Hour[]>;
  /** Makes an hour of yellow again. `redacted`: its red is gone, so its tables were redacted instead, with its day if it is united with it. */
  eraseYellowHour(input: { hour: Hour }): Promise<'written' | 'redacted' | 'unchanged'>;
  /** Removes copies on the disk of the refiner, and files of interrupted work in HDFS. */
  dropCopies(): Promise<void>;
  /**
   * Finds collectors that have lines on disk, because Kafka did not take them, or that may have. They may be of the user, and are redacted
   * when they are loaded.
   */
  findSpills(): Promise<string[]>;
  /** Succeeds once there are none. @throws ApplicationFailure `LinesOnDisk`, retryable, which names them */
  waitForSpills(): Promise<void>;
  /** Reads all chat of a day in red and yellow, and looks for the user. */
  proveDay(input: UserDay): Promise<DayProven>;
  /** Finds published pages that show a login of the user: as a channel, or in the title of a stream. At most ten. */
  findPages(input: { userId: string }): Promise<string[]>;
}

export interface ForgetDeps extends ErasureDeps, RefinementDeps, DayDeps {
  files: CachedFiles;
  parameters: Parameters;
  countTraces: CountTraces;
  redactYellow: RedactYellow;
  siteDirectory: string;
  /** Removes the local copies that commands like `chatlake sql` keep. */
  dropOtherCopies: () => Promise<void>;
  /** How long Kafka keeps a line, in milliseconds; undefined if for ever. */
  readRetentionMs: () => Promise<number | undefined>;
  log: Log;
}

const MOST_TRACES = 10;

/** How far the erasure of a day is. */
const redPoint = z
  .object({ hour: z.string(), rewritten: z.number(), lines: z.number(), newLogins: z.number() })
  .catch({ hour: '', rewritten: 0, lines: 0, newLogins: 0 });

export function createForgetActivities(deps: ForgetDeps): ForgetActivities {
  const { hdfs, root, parameters, redactedFiles, countTraces, disk, scratchDirectory, now, log } = deps;
  const enter = (userId: string, logins: string[]) =>
    enterForgotten(parameters, { userId, logins, since: new Date(now()).toISOString() });

  /** The user with all known logins. */
  async function userOf(userId: string): Promise<People> {
    const { entries } = await readOptOut(parameters);
    return peopleOf(entries.filter((entry) => entry.userId === userId));
  }

  /** All who must be forgotten: what is being rewritten is rewritten once for all of them. */
  async function forgotten(): Promise<People> {
    return peopleOf((await readOptOut(parameters)).entries.filter((entry) => entry.forgotten));
  }

  const hoursInRed = async (day: Day): Promise<Hour[]> =>
    (await listHours(hdfs, root, 'chat')).filter((hour) => dayOf(hour) === day);

  /** The files of a day, in the order of their hours. That of the united hours has the first of them. */
  async function yellowFiles(day: Day): Promise<{ table: TableOfPeople; hour: Hour; path: string }[]> {
    const places = hoursOfDay(day).flatMap((hour) => TABLES_OF_PEOPLE.map((table) => ({ table, hour, directory: parentOf(tablePath(root, table, hour)) }))); // prettier-ignore
    const united = (await readDayManifest(hdfs, root, day))?.hours[0]?.hour ?? `${day}T00`;
    const ofDay = TABLES_OF_PEOPLE.map((table) => ({ table, hour: united, directory: dayDirectory(root, table, day) }));
    const listed = await pMap([...places, ...ofDay], async (it) => ({ ...it, found: await hdfs.list(it.directory) }), {
      concurrency: 8,
    });
    return listed.flatMap(({ table, hour, found }) => found.map(({ path }) => ({ table, hour, path })));
  }

  /** A copy that only `work` uses: the cache of the refiner is used by refinements at the same time. */
  async function withCopy<T>(path: string, work: (local: string) => Promise<T>): Promise<T> {
    const directory = await disk.makeDirectory(join(scratchDirectory, 'forget-'));
    try {
      const local = join(directory, 'file.parquet');
      await hdfs.download(path, local);
      return await work(local);
    } finally {
      await disk.remove(directory);
    }
  }

  return {
    beginForgetting: ({ userId }) =>
      mappingErrors(async () => {
        await enter(userId, []);
        const manifests = await hdfs.list(`${root}/yellow/manifests`);
        const inYellow = manifests.map(({ path }) => baseName(path).replace(/\.json$/, ''));
        const days = [...(await listHours(hdfs, root, 'chat')), ...inYellow].map(dayOf);
        const retentionMs = await deps.readRetentionMs();
        const kafkaUntil = retentionMs === undefined ? null : new Date(now() + retentionMs).toISOString();
        return { days: [...new Set(days)].sort(), kafkaUntil };
      }),

    eraseRedDay: ({ userId, day }) =>
      mappingErrors(() =>
        withHeartbeats(async (signal, { from, reached }) => {
          const { hour: last, ...counts } = redPoint.parse(from);
          const learn = async (logins: string[]): Promise<People> => {
            const known = (await userOf(userId)).logins;
            const added = logins.filter((login) => !known.has(login));
            if (added.length > 0) await enter(userId, added);
            counts.newLogins += added.length;
            return forgotten();
          };
          for (const hour of await hoursInRed(day)) {
            if (hour <= last) continue;
            signal.throwIfAborted();
            const erased = await eraseRedHour(deps, hour, { userId, learn }, signal);
            counts.rewritten += erased.rewritten;
            counts.lines += erased.lines;
            reached({ hour, ...counts });
          }
          return counts satisfies RedDayErased;
        }),
      ),

    findYellowHours: ({ userId, day }) =>
      mappingErrors(() =>
        withHeartbeats(async (signal) => {
          const people = await userOf(userId);
          const hours = new Set<Hour>();
          for (const { table, hour, path } of await yellowFiles(day)) {
            signal.throwIfAborted();
            if (hours.has(hour)) continue;
            if ((await withCopy(path, (local) => countTraces(table, local, people))) > 0) hours.add(hour);
          }
          // A refinement that was interrupted may have left tables that are newer than their manifest.
          for (const { path } of await hdfs.list(refinementsDirectory(root)))
            if (dayOf(hourOfRefinement(path)) === day) hours.add(hourOfRefinement(path));
          return [...hours].sort();
        }),
      ),

    eraseYellowHour: ({ hour }) =>
      mappingErrors(() =>
        withHeartbeats(async (signal) => {
          const outcome = await eraseYellowHour(deps, hour, signal);
          if (outcome === 'redacted') log.info('yellow whose red is gone was redacted', { hour });
          return outcome;
        }),
      ),

    dropCopies: () =>
      mappingErrors(() =>
        withHeartbeats(async () => {
          await finishDays(deps);
          await removeWorkInProgress(hdfs, root);
          await deps.files.clear();
          await deps.dropOtherCopies();
        }),
      ),

    findSpills: () => mappingErrors(() => readSpills(parameters, now())),

    waitForSpills: () =>
      mappingErrors(async () => {
        const spills = await readSpills(parameters, now());
        if (spills.length === 0) return;
        throw ApplicationFailure.create({
          message: `Collectors have lines on disk, or may have: ${spills.join('; ')}. The check is retried. If this does not change, start Kafka or the collector.`,
          type: 'LinesOnDisk',
          // Waiting is not a failure: workers must not log or count it as one.
          category: ApplicationFailureCategory.BENIGN,
        });
      }),

    findPages: ({ userId }) => mappingErrors(async () => findPages(deps.siteDirectory, (await userOf(userId)).logins)),

    proveDay: ({ userId, day }) =>
      mappingErrors(() =>
        withHeartbeats(async (signal) => {
          const people = await userOf(userId);
          if (people.ids.size === 0) throw notEntered(userId);
          const proven: DayProven = { files: 0, traces: [] };
          const look = async (path: string, count: (local: string) => Promise<number>): Promise<void> => {
            signal.throwIfAborted();
            proven.files++;
            if ((await withCopy(path, count)) > 0) proven.traces.push(path);
          };
          for (const { path } of await listReadableTiles(hdfs, root, 'chat', await hoursInRed(day)))
            await look(path, (local) => redactedFiles.traces(local, people));
          for (const { table, path } of await yellowFiles(day))
            await look(path, (local) => countTraces(table, local, people));
          return { ...proven, traces: proven.traces.slice(0, MOST_TRACES) };
        }),
      ),
  };
}

function notEntered(userId: string): FactError {
  return new FactError(
    `Expected user ${userId} in config/opt-out, found no entry: it was removed meanwhile. Start the erasure again.`,
    { facts: {}, retryable: false },
  );
}
