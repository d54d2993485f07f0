import type { Hour } from '../../workflows/hour.ts';
import { HdfsError } from '../hdfs/error.ts';
import type { Hdfs } from '../hdfs/hdfs.ts';
import { mkdirsSafely, removeSafely, renameSafely, replaceSafely } from '../hdfs/safe-changes.ts';
import { parentOf } from '../hdfs/paths.ts';
import { YELLOW_TABLES, manifestPath, tablePath } from './manifest.ts';
import type { Manifest, YellowTable } from './manifest.ts';
import { localYellowFile } from './files.ts';

/** The directory that holds one directory for each hour that is being made: `<root>/yellow/.refinements`. */
export function refinementsDirectory(root: string): string {
  return `${root}/yellow/.refinements`;
}

/** Where the files of an hour are: in HDFS the directory of this refinement's epoch, and on the local disk. */
interface Made {
  epochDirectory: string;
  directory: string;
}

/**
 * Puts the tables of an hour into their places, and then the manifest that names what they were made of. Each is replaced whole, by a rename
 * out of the epoch's directory: a reader sees the old one or the new one, and whoever has lost the directory replaces nothing.
 * @throws HdfsError `fenced` when another refinement of the hour has removed the directory
 */
export async function publishHour(hdfs: Hdfs, root: string, made: Made, manifest: Manifest): Promise<void> {
  const { hour, tables } = manifest;
  const { epochDirectory, directory } = made;
  for (const table of YELLOW_TABLES) {
    if ((tables[table]?.rows ?? 0) === 0) {
      await takeAway(hdfs, epochDirectory, root, table, hour);
      continue;
    }
    const uploaded = `${epochDirectory}/${table}.parquet`;
    await hdfs.upload(localYellowFile(directory, table), uploaded, { createParent: false });
    await putInto(hdfs, uploaded, tablePath(root, table, hour));
  }
  const uploaded = `${epochDirectory}/manifest.json`;
  await hdfs.writeText(uploaded, JSON.stringify(manifest), { createParent: false });
  await putInto(hdfs, uploaded, manifestPath(root, hour));
  await giveUp(hdfs, epochDirectory);
}

async function putInto(hdfs: Hdfs, uploaded: string, path: string): Promise<void> {
  await mkdirsSafely(hdfs, parentOf(path));
  await replaceSafely(hdfs, uploaded, path);
}

/** Removes a table that has no rows any more: by a rename as well, which a refinement that was replaced cannot do. */
async function takeAway(
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
 * Removes the epoch's directory. Where an answer was lost, an upload that is gone and a table in its place were taken for a rename that has
 * happened; that was right if the directory is still there, because nobody else takes files out of it.
 */
async function giveUp(hdfs: Hdfs, epochDirectory: string): Promise<void> {
  if ((await hdfs.status(epochDirectory)) === undefined) {
    throw new HdfsError(
      'fenced',
      `Expected ${epochDirectory} until its hour is made, found nothing: another refinement has removed it.`,
      {
        facts: { path: epochDirectory },
      },
    );
  }
  await removeSafely(hdfs, epochDirectory);
}
