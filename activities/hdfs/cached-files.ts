import { createHash } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Hdfs } from './hdfs.ts';

/** Identifies a version of a file in HDFS. A file that is replaced gets a new time. */
export interface FileVersion {
  path: string;
  length: number;
  modificationTimeMs?: number;
}

/** Copies of HDFS files on the local disk, which DuckDB reads. */
export interface CachedFiles {
  /** The path of the local copy, which is fetched if it does not exist yet. */
  fetch(file: FileVersion): Promise<string>;
  /** Removes the oldest copies until the rest fits into the limit. */
  trim(): Promise<void>;
  /** Removes all copies. Nobody may be reading one. */
  clear(): Promise<void>;
}

/** The suffix of an unfinished copy. */
const PARTIAL = '.partial';

/**
 * Opens the cache in `directory`, which is created if needed and used by this process only. Unfinished copies of an earlier process are
 * removed.
 * @param maxBytes limit that {@link CachedFiles.trim} enforces
 */
export async function openCachedFiles(hdfs: Hdfs, directory: string, maxBytes: number): Promise<CachedFiles> {
  await mkdir(directory, { recursive: true });
  const left = (await readdir(directory)).filter((name) => name.endsWith(PARTIAL));
  await Promise.all(left.map((name) => rm(join(directory, name), { force: true })));
  const underWay = new Map<string, Promise<string>>();

  async function fetchOnce(file: FileVersion, local: string): Promise<string> {
    const there = await stat(local).catch(() => undefined);
    if (there?.size === file.length) return local;
    const partial = `${local}${PARTIAL}`;
    try {
      await hdfs.download(file.path, partial);
      await rename(partial, local);
    } catch (error) {
      // On a full disk the unfinished copy would make every retry fail.
      await rm(partial, { force: true });
      throw error;
    }
    return local;
  }

  return {
    fetch(file) {
      const local = join(directory, localName(file));
      const running = underWay.get(local) ?? fetchOnce(file, local).finally(() => underWay.delete(local));
      underWay.set(local, running);
      return running;
    },
    async clear() {
      for (const name of await readdir(directory)) await rm(join(directory, name), { force: true });
    },
    async trim() {
      const found = await Promise.all((await readdir(directory)).map((name) => statCopy(join(directory, name))));
      const copies = found.filter((copy) => copy !== undefined);
      copies.sort((a, b) => b.mtimeMs - a.mtimeMs);
      let kept = 0;
      for (const copy of copies) {
        kept += copy.size;
        if (kept > maxBytes) await rm(copy.path, { force: true });
      }
    },
  };
}

/** Undefined if the file was renamed or removed meanwhile. */
async function statCopy(path: string): Promise<{ path: string; size: number; mtimeMs: number } | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found === undefined ? undefined : { path, size: found.size, mtimeMs: found.mtimeMs };
}

function localName({ path, length, modificationTimeMs = 0 }: FileVersion): string {
  return `${createHash('sha256').update(`${path}\0${length}\0${modificationTimeMs}`).digest('hex').slice(0, 32)}.parquet`;
}
