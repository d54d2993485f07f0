import { join } from 'node:path';
import type { Disk } from '../../common/disk.ts';
import { addHours, hourOf } from '../../workflows/hour.ts';
import { mappingErrors } from '../errors.ts';
import { withHeartbeats } from '../heartbeats.ts';
import { removeOldRed } from './remove-red.ts';
import type { RedRemoved, RetentionDeps } from './remove-red.ts';

export interface RetainActivities {
  /** Removes red that is older than the setting, and that yellow has taken; see {@link removeOldRed}. */
  removeOldRed(): Promise<RedRemoved>;
}

type RetainDeps = Omit<RetentionDeps, 'withCopy'> & {
  disk: Disk;
  scratchDirectory: string;
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

  return {
    removeOldRed: () =>
      mappingErrors(() =>
        withHeartbeats((signal) =>
          removeOldRed({ ...deps, withCopy }, addHours(hourOf(now()), -24 * keepDays), signal),
        ),
      ),
  };
}
