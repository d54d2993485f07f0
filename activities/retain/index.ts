import { join } from 'node:path';
import { addHours, dayOf, hourOf } from '../../workflows/hour.ts';
import type { Day, Hour } from '../../workflows/hour.ts';
import { mappingErrors } from '../errors.ts';
import { withHeartbeats } from '../heartbeats.ts';
import type { CachedFiles } from '../hdfs/cached-files.ts';
import { removeOldRed } from './remove-red.ts';
import type { RedRemoved, RetentionDeps } from './remove-red.ts';
import { findOldYellow, removeOldYellow } from './remove-yellow.ts';
import type { OldYellow } from './remove-yellow.ts';
import { uniteDays } from './unite-day.ts';
import type { DaysUnited, UnionDeps } from './unite-day.ts';

export interface RetainActivities {
  /** Removes red that is older than the setting, and that yellow has taken; see {@link removeOldRed}. */
  removeOldRed(): Promise<RedRemoved>;
  /** Unites the days of yellow whose red is gone; see {@link uniteDays}. */
  uniteOldDays(): Promise<DaysUnited>;
  /** Finds days of yellow that are older than the setting; none without a setting. See {@link findOldYellow}. */
  findOldYellow(): Promise<OldYellow>;
  /** Removes what people wrote on these days; see {@link removeOldYellow}. @returns how many days had something to remove */
  removeOldYellow(input: { days: Day[] }): Promise<{ days: number }>;
}

type RetainDeps = Omit<RetentionDeps, 'withCopy'> &
  UnionDeps & {
    /** How long red is kept, in days. */
    keepDays: number;
    /** How long yellow keeps what people wrote, in days; undefined if for ever. */
    yellowKeepDays?: number | undefined;
    /** The copies of this process. */
    files: CachedFiles;
    /** Removes the local copies that commands like `chatlake sql` keep. */
    dropOtherCopies: () => Promise<void>;
  };

export function createRetainActivities(deps: RetainDeps): RetainActivities {
  const { hdfs, disk, scratchDirectory, keepDays, yellowKeepDays, now } = deps;

  /** Each copy has a path of its own, because the hours of a tile are remembered by it. */
  async function withCopy<T>(path: string, work: (local: string) => Promise<T>): Promise<T> {
    const directory = await disk.makeDirectory(join(scratchDirectory, 'retain-'));
    try {
      const local = join(directory, 'tile.parquet');
      await hdfs.download(path, local);
      return await work(local);
    } finally {
      await disk.remove(directory);
    }
  }

  async function dropCopies(): Promise<void> {
    await deps.files.clear();
    await deps.dropOtherCopies();
  }

  const daysAgo = (days: number): Hour => addHours(hourOf(now()), -24 * days);

  return {
    removeOldRed: () =>
      mappingErrors(() => withHeartbeats((signal) => removeOldRed({ ...deps, withCopy }, daysAgo(keepDays), signal))),
    uniteOldDays: () =>
      mappingErrors(() => withHeartbeats((signal) => uniteDays(deps, dayOf(daysAgo(keepDays)), signal))),
    findOldYellow: () =>
      mappingErrors(() =>
        withHeartbeats(async () =>
          yellowKeepDays === undefined
            ? { days: [], waiting: null }
            : findOldYellow(deps, dayOf(daysAgo(yellowKeepDays))),
        ),
      ),
    removeOldYellow: ({ days }) =>
      mappingErrors(() =>
        withHeartbeats(async (signal) => {
          if (yellowKeepDays === undefined) return { days: 0 };
          const given = { days, afterDays: yellowKeepDays };
          return { days: await removeOldYellow({ ...deps, dropCopies }, given, signal) };
        }),
      ),
  };
}
