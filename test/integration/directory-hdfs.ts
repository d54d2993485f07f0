import { copyFile, mkdir, readFile, readdir, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { HdfsError } from '../../activities/hdfs/error.ts';
import type { FileStatus, Hdfs } from '../../activities/hdfs/hdfs.ts';

/** An HDFS in a local directory, for tests of stored data and not of HDFS. */
export function directoryHdfs(directory: string): Hdfs {
  const at = (path: string): string => join(directory, path);
  const fail = (kind: HdfsError['kind'], path: string): never => {
    throw new HdfsError(kind, `${kind}: ${path}`, { facts: { path } });
  };
  const statusOf = async (path: string): Promise<FileStatus | undefined> => {
    const found = await stat(at(path)).catch(() => undefined);
    if (found === undefined) return undefined;
    return {
      path,
      type: found.isDirectory() ? 'DIRECTORY' : 'FILE',
      length: found.isDirectory() ? 0 : found.size,
      modificationTimeMs: found.mtimeMs,
    };
  };
  const prepare = async (path: string, createParent: boolean): Promise<void> => {
    if ((await statusOf(path)) !== undefined) fail('exists', path);
    if (createParent) await mkdir(dirname(at(path)), { recursive: true });
    else if ((await statusOf(dirname(path))) === undefined) fail('fenced', path);
  };

  return {
    mkdirs: async (path) => void (await mkdir(at(path), { recursive: true })),
    upload: async (localFile, path, { createParent }) => {
      await prepare(path, createParent);
      await copyFile(localFile, at(path));
    },
    writeText: async (path, text, { createParent }) => {
      await prepare(path, createParent);
      await writeFile(at(path), text);
    },
    readText: async (path) =>
      (await statusOf(path)) === undefined ? fail('absent', path) : readFile(at(path), 'utf8'),
    download: async (path, localFile) => {
      if ((await statusOf(path)) === undefined) fail('absent', path);
      await copyFile(at(path), localFile);
    },
    rename: async (from, to) => {
      if ((await statusOf(to)) !== undefined) fail('exists', to);
      if ((await statusOf(from)) === undefined || (await statusOf(dirname(to))) === undefined) fail('fenced', from);
      await rename(at(from), at(to));
    },
    replace: async (from, to) => {
      if ((await statusOf(from)) === undefined || (await statusOf(dirname(to))) === undefined) fail('fenced', from);
      await rename(at(from), at(to));
    },
    status: statusOf,
    list: async (path) => {
      const names = await readdir(at(path)).catch(() => []);
      const found = await Promise.all(names.sort().map((name) => statusOf(`${path}/${name}`)));
      return found.filter((status) => status !== undefined);
    },
    remove: async (path, { recursive = false } = {}) => {
      const found = await statusOf(path);
      if (found === undefined) return false;
      if (found.type === 'DIRECTORY' && !recursive) await rmdir(at(path)).catch(() => fail('exists', path));
      else await rm(at(path), { recursive });
      return true;
    },
  };
}
