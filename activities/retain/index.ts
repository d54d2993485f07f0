import { join } from 'node:path';
import { addHours, dayOf, hourOf } from '../../workflows/hour.ts';
import type { Hour } from '../../workflows/hour.ts';
import { mappingErrors } from '../errors.ts';
import { withHeartbeats } from '../heartbeats.ts';
import { removeOldRed } from './remove-red.ts';
import type { RedRemoved, RetentionDeps } from './remove-red.ts';
import { uniteDays } from './unite-day.ts';
import type { DaysUnited, UnionDeps } from './unite-day.ts';

export interface RetainActivities {
  /** Removes red that is older than the setting, and that yellow has taken; see {@link removeOldRed}. */
  removeOldRed(): Promise<RedRemoved>;
  /** Unites the days of yellow whose red is gone; see {@link uniteDays}. */
  uniteOldDays(): Promise<DaysUnited>;
}

type RetainDeps = Omit<RetentionDeps, 'withCopy'> &
  UnionDeps & {
    /** How long red is kept, in days. */
    keepDays: number;
  };

export function createRetainActivities(deps: RetainDeps): RetainActivities {
  const { hdfs, disk, scratchDirectory, keepDays, now } = deps;

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

  const oldest = (): Hour => addHours(hourOf(now()), -24 * keepDays);

  return {
    removeOldRed: () =>
      mappingErrors(() => withHeartbeats((signal) => removeOldRed({ ...deps, withCopy }, oldest(), signal))),
    uniteOldDays: () => mappingErrors(() => withHeartbeats((signal) => uniteDays(deps, dayOf(oldest()), signal))),
  };
}
