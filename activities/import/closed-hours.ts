import type { Hdfs } from '../hdfs/hdfs.ts';
import { listRemoved } from '../red/removed.ts';
import { readDayManifest, removalOf } from '../yellow/day-manifest.ts';
import { readManifest } from '../yellow/manifest.ts';
import { dayOf } from '../../workflows/hour.ts';
import type { Hour } from '../../workflows/hour.ts';

/** Hours of yellow that can take no more lines, because the red that they were made of was removed, or because what people wrote in them was. */
export interface ClosedHours {
  has(hour: Hour): Promise<boolean>;
}

/**
 * Looks once for the hours that retention has removed, and then at the manifests of each hour that is asked for. A line for a closed hour would
 * never get into yellow, and its red would never be removed; or it would be removed again.
 * @param keptSince hours before it are closed, because retention removes what people wrote in them
 */
export async function readClosedHours(
  { hdfs, root }: { hdfs: Hdfs; root: string },
  keptSince: Hour | undefined,
): Promise<ClosedHours> {
  const removed = new Set(await listRemoved(hdfs, root));
  const known = new Map<Hour, boolean>();
  return {
    async has(hour) {
      if (keptSince !== undefined && hour < keptSince) return true;
      if (removed.size === 0) return false;
      const found = known.get(hour);
      if (found !== undefined) return found;
      const manifest = await readManifest(hdfs, root, hour);
      const day = await readDayManifest(hdfs, root, dayOf(hour));
      const isClosed =
        manifest?.redHours.some((redHour) => removed.has(redHour)) === true ||
        (day !== undefined && removalOf(day) !== undefined);
      known.set(hour, isClosed);
      return isClosed;
    },
  };
}
