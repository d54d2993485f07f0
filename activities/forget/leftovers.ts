import type { Hdfs } from '../hdfs/hdfs.ts';
import { removeSafely } from '../hdfs/safe-changes.ts';
import { compactionsDirectory, epochsDirectory } from '../red/epochs.ts';
import { baseName } from '../hdfs/paths.ts';
import { RED_TABLES } from '../red/tables.ts';
import { refinementsDirectory } from '../yellow/publishing.ts';

/**
 * Removes what interrupted work has left in HDFS: directories of compactions and refinements, and uploads that never got their name. Such files
 * can have lines of a forgotten user, and nobody reads them. A run that is still alive is fenced by this, and is retried.
 * @returns how many were removed
 */
export async function removeWorkInProgress(hdfs: Hdfs, root: string): Promise<number> {
  let removed = 0;
  const remove = async (path: string): Promise<void> => {
    await removeSafely(hdfs, path);
    removed++;
  };
  for (const directory of [compactionsDirectory(root), refinementsDirectory(root)])
    for (const { path } of await hdfs.list(directory)) await remove(path);
  for (const table of RED_TABLES) {
    const [first] = [epochsDirectory(root, table, 0)];
    const partitions = await hdfs.list(first.slice(0, -baseName(first).length - 1));
    for (const partition of partitions)
      for (const epoch of await hdfs.list(partition.path))
        for (const { path } of await hdfs.list(epoch.path)) await remove(path);
  }
  return removed;
}
