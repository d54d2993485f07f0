import type { DuckDBConnection } from '@duckdb/node-api';
import pMap from 'p-map';
import type { CachedFiles } from '../hdfs/cached-files.ts';
import type { Hdfs } from '../hdfs/hdfs.ts';
import { listVideoDays, VIDEO_COLUMNS, videosPath } from '../yellow/videos.ts';
import { createYellowView } from '../yellow/views.ts';
import { DAYS_SHOWN } from './scope.ts';

const FILES_AT_ONCE = 8;

/** Creates the view `videos`: the recordings that began in the days that pages show. */
export async function createVideoView(
  connection: DuckDBConnection,
  { hdfs, root, files }: { hdfs: Hdfs; root: string; files: CachedFiles },
): Promise<void> {
  // Days without videos have no file.
  const days = (await listVideoDays(hdfs, root)).sort().slice(-DAYS_SHOWN - 2);
  const found = await pMap(days, (day) => hdfs.status(videosPath(root, day)), { concurrency: FILES_AT_ONCE });
  const local = await pMap(
    found.filter((file) => file !== undefined),
    (file) => files.fetch(file),
    { concurrency: FILES_AT_ONCE },
  );
  await createYellowView(connection, { name: 'videos', table: 'videos', columns: VIDEO_COLUMNS, files: local });
}
