import { randomUUID } from 'node:crypto';
import type { Hdfs } from './hdfs.ts';
import { removeSafely } from './safe-changes.ts';
import { baseName } from './paths.ts';

/**
 * Makes a directory below `directory` for one piece of work on `subject`, and removes those of all others on it: what they have uploaded is
 * gone, and they can upload nothing more (`createParent: false`), so that none of them names a file from here on. Two that do this at once
 * remove each other's, and both begin anew. Gives the directory, whose name is never used again.
 * @param subject no other subject's text begins with it
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
