import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { localDisk } from '../../common/disk.ts';
import { createDatabases } from '../../activities/duckdb/database.ts';
import { compactRedHour } from '../../activities/compact/compaction.ts';
import { createUnionFiles } from '../../activities/compact/union-files.ts';
import { silentLog } from '../../common/log.ts';
import { hourOf } from '../../workflows/hour.ts';
import type { Stage } from './stage.ts';

/** Compacts the hour that is still being loaded. The product compacts only ended hours, but it must be safe at any time. */
export async function compactNow({ directory, hdfs, root }: Stage): Promise<void> {
  const scratchDirectory = join(directory, 'compacting');
  await mkdir(scratchDirectory, { recursive: true });
  const withDatabase = createDatabases({ memoryLimitMb: 256, threads: 1, scratchDirectory });
  const deps = {
    hdfs,
    root,
    unionFiles: createUnionFiles(withDatabase),
    disk: localDisk,
    scratchDirectory,
    log: silentLog,
  };
  await compactRedHour(deps, hourOf(Date.now()), new AbortController().signal);
}
