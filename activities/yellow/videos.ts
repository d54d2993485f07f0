import type { Hdfs } from '../hdfs/hdfs.ts';
import { baseName } from '../hdfs/paths.ts';
import { isDay } from '../../workflows/hour.ts';
import type { Day } from '../../workflows/hour.ts';

/** The columns of `yellow/videos`, in the syntax of `CREATE TABLE`. It is made of what Helix answers, not of red. */
export const VIDEO_COLUMNS =
  'video_id VARCHAR, stream_id VARCHAR, channel_id VARCHAR, channel_login VARCHAR, began_at TIMESTAMP WITH TIME ZONE, ' +
  'duration_seconds BIGINT, title VARCHAR, found_at TIMESTAMP WITH TIME ZONE';

/** The videos that began on a day. The directory is named like that of united hours, so that `hour=*` finds it. */
export const videosPath = (root: string, day: Day): string => `${directoryOf(root)}/hour=${day}/part.parquet`;

/** The days that have a directory of videos, oldest first. One listing. */
export async function listVideoDays(hdfs: Hdfs, root: string): Promise<Day[]> {
  const found = await hdfs.list(directoryOf(root));
  return found.map(({ path }) => baseName(path).replace(/^hour=/, '')).filter(isDay);
}

const directoryOf = (root: string): string => `${root}/yellow/videos`;
