import type { Hdfs } from '../hdfs/hdfs.ts';
import { baseName } from '../hdfs/paths.ts';
import { isHour } from '../../workflows/hour.ts';
import type { Hour } from '../../workflows/hour.ts';

/** The hours of yellow, oldest first: those with a manifest. One listing. */
export async function listYellowHours(hdfs: Hdfs, root: string): Promise<Hour[]> {
  const manifests = await hdfs.list(`${root}/yellow/manifests`);
  return manifests.map(({ path }) => baseName(path).replace(/\.json$/, '')).filter(isHour);
}
