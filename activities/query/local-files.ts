import { copyFile, link, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import pMap from 'p-map';
import type { CachedFiles } from '../hdfs/cached-files.ts';
import { isHdfsError } from '../hdfs/error.ts';
import type { FileStatus, Hdfs } from '../hdfs/hdfs.ts';
import { baseName, parentOf } from '../hdfs/paths.ts';
import { dayRowsOf } from '../yellow/day-rows.ts';
import type { LocalFile } from '../yellow/day-rows.ts';
import { findFiles, readingHours } from '../yellow/find-files.ts';
import type { Days, YellowFile } from '../yellow/find-files.ts';
import { TABLES_OF_PEOPLE } from '../yellow/manifest.ts';
import type { YellowTable } from '../yellow/manifest.ts';
import { videosPath } from '../yellow/videos.ts';
import type { Day, Hour } from '../../workflows/hour.ts';
import { abortable } from '../../common/abortable.ts';
import type { NeededHours } from './plan.ts';
import type { Source } from './sources.ts';

const FILES_AT_ONCE = 8;

/** What was fetched so far, in files and bytes. */
export type Fetched = (done: { files: number; ofFiles: number; bytes: number }) => void;

/** A file of the videos of a day. Its rows are not told apart by hours. */
interface VideoFile {
  table: 'videos';
  file: FileStatus;
  hours: Day[];
  day: undefined;
}

/** A copy of a file, which lies in a directory with the name of its directory in HDFS. */
type Copied = (YellowFile | VideoFile) & { local: string };

/**
 * Fetches the files of these hours, and links each below `directory/<table>/hour=<hour or day>/`.
 * @returns the local files of a source, and the days of which rows were removed that the question would have read
 */
export async function fetchHours(
  deps: { hdfs: Hdfs; root: string; files: CachedFiles },
  needed: NeededHours,
  options: { directory: string; fetched: Fetched; signal: AbortSignal },
): Promise<{ filesOf: (source: Source) => LocalFile[]; removed: Day[] }> {
  const { signal } = options;
  const wanted: Wanted = { tables: new Map(), videoDays: [] };
  for (const [{ table }, hours] of needed)
    if (table === 'videos') wanted.videoDays = hours;
    else wanted.tables.set(table, new Set([...(wanted.tables.get(table) ?? []), ...hours]));
  const all = [...wanted.tables.values()].flatMap((hours) => [...hours]);
  const { copies, removed } = await abortable(
    signal,
    readingHours(deps, all, async (days) => ({
      copies: await fetchFiles(deps, wanted, days, options),
      removed: removedDays(wanted.tables, days),
    })),
  );
  const filesOf = (source: Source): LocalFile[] => {
    const hours = new Set(needed.get(source));
    return copies
      .filter(({ table }) => table === source.table)
      .map((copy) => ({ ...copy, hours: copy.hours.filter((hour) => hours.has(hour)) }))
      .filter((copy) => copy.hours.length > 0)
      .map((copy) => (copy.day === undefined ? copy.local : dayRowsOf(copy.day, copy.table, copy.local, copy.hours)));
  };
  return { filesOf, removed };
}

interface Wanted {
  tables: Map<YellowTable, ReadonlySet<Hour>>;
  videoDays: readonly Day[];
}

/** The days with a wanted hour whose rows were removed from a wanted table. */
function removedDays(wanted: ReadonlyMap<YellowTable, ReadonlySet<Hour>>, days: Days): Day[] {
  const hours = new Set(TABLES_OF_PEOPLE.flatMap((table) => [...(wanted.get(table) ?? [])]));
  const removed = [...days].filter(([, manifest]) =>
    manifest.hours.some((it) => it.removed !== undefined && hours.has(it.hour)),
  );
  return removed.map(([day]) => day).sort();
}

async function fetchFiles(
  deps: { hdfs: Hdfs; root: string; files: CachedFiles },
  wanted: Wanted,
  days: Days,
  { directory, fetched, signal }: { directory: string; fetched: Fetched; signal: AbortSignal },
): Promise<Copied[]> {
  const found: (YellowFile | VideoFile)[] = [];
  for (const [table, hours] of wanted.tables) found.push(...(await findFiles(deps, table, [...hours], days)));
  for (const day of wanted.videoDays) {
    const file = await deps.hdfs.status(videosPath(deps.root, day));
    if (file !== undefined) found.push({ table: 'videos', file, hours: [day], day: undefined });
  }
  const done = { files: 0, ofFiles: found.length, bytes: 0 };
  const copies = await pMap(
    found,
    async (it) => {
      const copy = await abortable(signal, deps.files.fetch(it.file)).catch((error: unknown) => {
        // The file of an hour was removed after it was listed.
        if (it.day === undefined && isHdfsError(error, 'absent')) return undefined;
        throw error;
      });
      fetched(Object.assign(done, { files: done.files + 1, bytes: done.bytes + it.file.length }));
      if (copy === undefined) return undefined;
      const place = join(directory, it.table, baseName(parentOf(it.file.path)));
      await mkdir(place, { recursive: true });
      const local = join(place, baseName(it.file.path));
      await rm(local, { force: true });
      // The database may read this directory only, and follows symbolic links to see where they lead.
      await link(copy, local).catch(() => copyFile(copy, local));
      return { ...it, local };
    },
    { concurrency: FILES_AT_ONCE, stopOnError: true },
  );
  return copies.filter((copy) => copy !== undefined);
}
