import type { Hdfs } from './hdfs.ts';
import { mkdirsSafely, replaceSafely } from './safe-changes.ts';
import { parentOf } from './paths.ts';

/** Where a file is written before it is renamed into its place: below `<root>/.scratch`, under a name that is never used again. */
const scratchPath = (root: string): string => `${root}/.scratch/${crypto.randomUUID()}`;

/**
 * Puts a local file at `path` below `root`, in one step: a reader sees what was there before, or all of the new file. The parent directory
 * is made. A lost answer is looked up; what is thrown leaves at most an unused file in the scratch directory.
 */
export async function placeFile(hdfs: Hdfs, root: string, localFile: string, path: string): Promise<void> {
  const scratch = scratchPath(root);
  await hdfs.upload(localFile, scratch, { createParent: true });
  await mkdirsSafely(hdfs, parentOf(path));
  await replaceSafely(hdfs, scratch, path);
}
