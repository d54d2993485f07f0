import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Hdfs } from '../../activities/hdfs/hdfs.ts';
import type { YellowTable } from '../../activities/yellow/manifest.ts';

/** A copy of all hours of a yellow table. */
export interface FetchedTable {
  /** The SQL that reads it, with the hour of each directory as `hour`; undefined if there are no files. */
  from: string | undefined;
  /** Hours with more than one file, as `<table>/hour=<hour>`. */
  crowdedHours: string[];
}

/** Copies the files to `<directory>/<table>/hour=<hour>/<name>`. */
export async function fetchYellow(
  { hdfs, root }: { hdfs: Hdfs; root: string },
  table: YellowTable,
  directory: string,
): Promise<FetchedTable> {
  const local = join(directory, table);
  const crowdedHours: string[] = [];
  let count = 0;
  for (const hour of await hdfs.list(`${root}/yellow/${table}`)) {
    const name = basename(hour.path);
    const files = await hdfs.list(hour.path);
    if (files.length > 1) crowdedHours.push(`${table}/${name}`);
    await mkdir(join(local, name), { recursive: true });
    for (const { path } of files) await hdfs.download(path, join(local, name, basename(path)));
    count += files.length;
  }
  const read = `read_parquet('${local}/*/*', union_by_name = true, hive_partitioning = true, hive_types_autocast = false)`;
  return { from: count === 0 ? undefined : read, crowdedHours };
}
