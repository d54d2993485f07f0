import type { Hdfs } from './hdfs.ts';
import { mkdirsLooking, replaceLooking } from './looking.ts';

/** Where a file is written before it is renamed into its place: below `<root>/.scratch`, under a name that is never used again. */
const scratchPath = (root: string): string => `${root}/.scratch/${crypto.randomUUID()}`;

/**
 * Puts a local file at `path` below `root`, in one step: a reader sees what was there before, or all of the new file. The parent directory
 * is made. A lost answer is looked up; what is thrown leaves at most an unused file in the scratch directory.
 */
export async function placeFile(hdfs: Hdfs, root: string, localFile: string, path: string): Promise<void> {
  await place(hdfs, root, path, (scratch) => hdfs.upload(localFile, scratch, { createParent: true }));
}

/** {@link placeFile} for a text. */
export async function placeText(hdfs: Hdfs, root: string, text: string, path: string): Promise<void> {
  await place(hdfs, root, path, (scratch) => hdfs.writeText(scratch, text, { createParent: true }));
}

async function place(hdfs: Hdfs, root: string, path: string, write: (scratch: string) => Promise<void>): Promise<void> {
  const scratch = scratchPath(root);
  await write(scratch);
  await mkdirsLooking(hdfs, path.slice(0, path.lastIndexOf('/')));
  await replaceLooking(hdfs, scratch, path);
}
