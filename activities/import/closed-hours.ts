import type { Hdfs } from '../hdfs/hdfs.ts';
import { listRemoved } from '../red/removed.ts';
import { readManifest } from '../yellow/manifest.ts';
import type { Hour } from '../../workflows/hour.ts';

/** Hours of yellow that can take no more lines, because the red that they were made of was removed. */
export interface ClosedHours {
  has(hour: Hour): Promise<boolean>;
}

/**
 * Looks once for the hours that retention has removed, and then at the manifest of each hour that is asked for. A line for a closed hour would
 * never get into yellow, and its red would never be removed.
 */
export async function readClosedHours({ hdfs, root }: { hdfs: Hdfs; root: string }): Promise<ClosedHours> {
  const removed = new Set(await listRemoved(hdfs, root));
  const known = new Map<Hour, boolean>();
  return {
    async has(hour) {
      if (removed.size === 0) return false;
      const found = known.get(hour);
      if (found !== undefined) return found;
      const manifest = await readManifest(hdfs, root, hour);
      const isClosed = manifest?.redHours.some((redHour) => removed.has(redHour)) ?? false;
      known.set(hour, isClosed);
      return isClosed;
    },
  };
}
