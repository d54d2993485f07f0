import type { Hdfs } from './hdfs.ts';
import { mkdirsSafely, replaceSafely } from './safe-changes.ts';
import { parentOf } from './paths.ts';

/** A unique path to write a file to before it is renamed. */
const scratchPath = (root: string): string => `${root}/.scratch/${crypto.randomUUID()}`;

/**
 * Writes a local file to `path` atomically: a reader sees the old file or the whole new file. Creates the parent directory. An error leaves
 * at most an unused file in the scratch directory.
 */
export async function placeFile(hdfs: Hdfs, root: string, localFile: string, path: string): Promise<void> {
  const scratch = scratchPath(root);
  await hdfs.upload(localFile, scratch, { createParent: true });
  await mkdirsSafely(hdfs, parentOf(path));
  await replaceSafely(hdfs, scratch, path);
}
