import type { Hdfs } from '../hdfs/hdfs.ts';
import { baseName } from '../hdfs/paths.ts';
import { YELLOW_TABLES } from './manifest.ts';
import { isHour } from '../../workflows/hour.ts';
import type { Hour } from '../../workflows/hour.ts';

/** The hours of yellow, oldest first: those with a manifest. One listing. */
export async function listYellowHours(hdfs: Hdfs, root: string): Promise<Hour[]> {
  const manifests = await hdfs.list(`${root}/yellow/manifests`);
  return manifests.map(({ path }) => baseName(path).replace(/\.json$/, '')).filter(isHour);
}

/** The hours that have a directory of their own in a table: all but those that are united with their day. */
export async function listHoursWithFiles(hdfs: Hdfs, root: string): Promise<Set<Hour>> {
  const hours = new Set<Hour>();
  for (const table of YELLOW_TABLES)
    for (const { path } of await hdfs.list(`${root}/yellow/${table}`)) {
      const hour = baseName(path).slice('hour='.length);
      if (isHour(hour)) hours.add(hour);
    }
  return hours;
}
