import type { Hour } from '../../workflows/hour.ts';
import { HdfsError } from '../hdfs/error.ts';
import type { Hdfs } from '../hdfs/hdfs.ts';
import { mkdirsSafely, removeSafely, renameSafely, replaceSafely } from '../hdfs/safe-changes.ts';
import { baseName, parentOf } from '../hdfs/paths.ts';
import { YELLOW_TABLES, manifestPath, tablePath } from './manifest.ts';
import type { Manifest, YellowTable } from './manifest.ts';
import { enginePath } from './engine.ts';

/** Holds one directory per running refinement: `<root>/yellow/.refinements`. */
export function refinementsDirectory(root: string): string {
  return `${root}/yellow/.refinements`;
}

/** The hour of a directory below {@link refinementsDirectory}. */
export const hourOfRefinement = (path: string): Hour => baseName(path).slice(0, '2026-11-25T14'.length);

/**
 * Publishes the tables that an engine has left in the epoch's directory, then the manifest that names their sources. Each file is replaced atomically, by a rename from the epoch's
 * directory: a reader sees the old file or the new one, and a refinement that was fenced replaces nothing.
 * @throws HdfsError `fenced` if another refinement of the hour has removed the directory
 */
export async function publishHour(hdfs: Hdfs, root: string, epochDirectory: string, manifest: Manifest): Promise<void> {
  const { hour, tables } = manifest;
  for (const table of YELLOW_TABLES) {
    if ((tables[table]?.rows ?? 0) === 0) {
      await removeTable(hdfs, epochDirectory, root, table, hour);
      continue;
    }
    await moveInto(hdfs, enginePath(epochDirectory, table), tablePath(root, table, hour));
  }
  const uploaded = `${epochDirectory}/manifest.json`;
  await hdfs.writeText(uploaded, JSON.stringify(manifest), { createParent: false });
  await moveInto(hdfs, uploaded, manifestPath(root, hour));
  await removeEpoch(hdfs, epochDirectory);
}

async function moveInto(hdfs: Hdfs, uploaded: string, path: string): Promise<void> {
  await mkdirsSafely(hdfs, parentOf(path));
  await replaceSafely(hdfs, uploaded, path);
}

/** Removes a table that has no rows any more. It uses a rename too, which fails for a refinement that was fenced. */
async function removeTable(
  hdfs: Hdfs,
  epochDirectory: string,
  root: string,
  table: YellowTable,
  hour: Hour,
): Promise<void> {
  const path = tablePath(root, table, hour);
  const found = await hdfs.status(path);
  if (found !== undefined)
    await renameSafely(hdfs, path, `${epochDirectory}/${table}-without-rows.parquet`, found.length);
}

/**
 * Removes the epoch's directory. It must still exist: after a lost answer, a missing upload counts as renamed, which is true only if no other
 * refinement has removed the directory.
 */
async function removeEpoch(hdfs: Hdfs, epochDirectory: string): Promise<void> {
  if ((await hdfs.status(epochDirectory)) === undefined) {
    throw new HdfsError(
      'fenced',
      `Expected ${epochDirectory} to exist until the hour is published, found nothing: another refinement has removed it.`,
      {
        facts: { path: epochDirectory },
      },
    );
  }
  await removeSafely(hdfs, epochDirectory);
}
