import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Hdfs } from '../../activities/hdfs/hdfs.ts';
import type { YellowTable } from '../../activities/yellow/manifest.ts';

/** Copies all hours of a table of yellow to `<directory>/<table>/`, and gives the SQL that reads them; undefined where it has none. */
export async function fetchYellow(
  { hdfs, root }: { hdfs: Hdfs; root: string },
  table: YellowTable,
  directory: string,
): Promise<string | undefined> {
  const local = join(directory, table);
  await mkdir(local, { recursive: true });
  const hours = await hdfs.list(`${root}/yellow/${table}`);
  for (const [index, hour] of hours.entries()) {
    for (const file of await hdfs.list(hour.path)) await hdfs.download(file.path, join(local, `${index}.parquet`));
  }
  return hours.length === 0 ? undefined : `read_parquet('${local}/*.parquet', union_by_name = true)`;
}
