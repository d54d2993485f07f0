import { isHdfsError } from '../hdfs/error.ts';
import type { Hdfs } from '../hdfs/hdfs.ts';
import { baseName } from '../hdfs/paths.ts';
import type { Hour } from '../../workflows/hour.ts';

/** `red/removed/<hour>.json`: retention has removed the hour, or has begun to. For people; code uses only the name. */
const removedDirectory = (root: string): string => `${root}/red/removed`;
const removedPath = (root: string, hour: Hour): string => `${removedDirectory(root)}/${hour}.json`;

/** Records, once, that an hour is removed. */
export async function recordRemoval(hdfs: Hdfs, root: string, hour: Hour, removedAt: string): Promise<void> {
  try {
    await hdfs.writeText(removedPath(root, hour), JSON.stringify({ hour, removedAt }), { createParent: true });
  } catch (error) {
    if (!isHdfsError(error, 'exists')) throw error;
  }
}

export async function isRemoved(hdfs: Hdfs, root: string, hour: Hour): Promise<boolean> {
  return (await hdfs.status(removedPath(root, hour))) !== undefined;
}

/** All hours that were removed. */
export async function listRemoved(hdfs: Hdfs, root: string): Promise<Hour[]> {
  return (await hdfs.list(removedDirectory(root))).map(({ path }) => baseName(path).replace(/\.json$/, ''));
}
