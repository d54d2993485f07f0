import { randomUUID } from 'node:crypto';
import type { Hdfs } from './hdfs.ts';
import { removeSafely } from './safe-changes.ts';
import { baseName } from './paths.ts';

/**
 * Creates a directory below `directory` for a run on `subject`, and removes the directories of all other runs on it. Their uploads are gone,
 * and they cannot upload again (`createParent: false`), so they can no longer commit a file. Two runs that do this at once remove each
 * other's directory, and both fail and retry.
 * @param subject must not be a prefix of another subject
 * @returns the directory, whose name is unique
 */
export async function fenceOthers(hdfs: Hdfs, directory: string, subject: string): Promise<string> {
  const prefix = `${subject}-`;
  const own = `${directory}/${prefix}${randomUUID()}`;
  await hdfs.mkdirs(own);
  for (const { path } of await hdfs.list(directory)) {
    if (path !== own && baseName(path).startsWith(prefix)) await removeSafely(hdfs, path);
  }
  return own;
}
