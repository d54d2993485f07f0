import { copyFile, link, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import pMap from 'p-map';
import type { CachedFiles } from '../hdfs/cached-files.ts';
import { isHdfsError } from '../hdfs/error.ts';
import type { FileStatus, Hdfs } from '../hdfs/hdfs.ts';
import { baseName, parentOf } from '../hdfs/paths.ts';
import { tablePath } from '../yellow/manifest.ts';
import type { YellowTable } from '../yellow/manifest.ts';
import type { Hour } from '../../workflows/hour.ts';
import { abortable } from '../../common/abortable.ts';
import type { NeededHours } from './plan.ts';
import type { Source } from './sources.ts';

const FILES_AT_ONCE = 8;

/** What was fetched so far, in files and bytes. */
export type Fetched = (done: { files: number; ofFiles: number; bytes: number }) => void;

/**
 * Fetches the files of these hours, and links each below `directory/<table>/hour=<hour>/`.
 * @returns the local files of a source
 */
export async function fetchHours(
  deps: { hdfs: Hdfs; root: string; files: CachedFiles },
  needed: NeededHours,
  options: { directory: string; fetched: Fetched; signal: AbortSignal },
): Promise<(source: Source) => string[]> {
  const { hdfs, root, files } = deps;
  const { directory, fetched, signal } = options;
  const wanted = new Map<YellowTable, Set<Hour>>();
  for (const [{ table }, hours] of needed) wanted.set(table, new Set([...(wanted.get(table) ?? []), ...hours]));
  const places = [...wanted].flatMap(([table, hours]) => [...hours].map((hour) => ({ table, hour })));

  const listed = await pMap(
    places,
    async ({ table, hour }) => {
      const found = await abortable(signal, hdfs.list(parentOf(tablePath(root, table, hour))));
      return found.filter(isTable).map((file) => ({ table, hour, file }));
    },
    { concurrency: FILES_AT_ONCE, stopOnError: true },
  );
  const all = listed.flat();
  const done = { files: 0, ofFiles: all.length, bytes: 0 };
  const local = await pMap(
    all,
    async ({ table, hour, file }) => {
      const copy = await abortable(signal, files.fetch(file)).catch((error: unknown) => {
        // Removed after it was listed.
        if (isHdfsError(error, 'absent')) return undefined;
        throw error;
      });
      fetched(Object.assign(done, { files: done.files + 1, bytes: done.bytes + file.length }));
      if (copy === undefined) return undefined;
      const place = join(directory, table, `hour=${hour}`);
      await mkdir(place, { recursive: true });
      const path = join(place, baseName(file.path));
      // The database may read this directory only, and follows symbolic links to see where they lead.
      await link(copy, path).catch(() => copyFile(copy, path));
      return { table, hour, path };
    },
    { concurrency: FILES_AT_ONCE, stopOnError: true },
  );
  return (source) => {
    const hours = new Set(needed.get(source));
    return local.flatMap((it) => (it?.table === source.table && hours.has(it.hour) ? [it.path] : []));
  };
}

/** Writers keep unfinished files under names that begin with a dot or an underscore. */
function isTable({ path, type, length }: FileStatus): boolean {
  return type === 'FILE' && length > 0 && /^[^._].*\.parquet$/.test(baseName(path));
}
