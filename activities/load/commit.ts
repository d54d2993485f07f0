import { randomUUID } from 'node:crypto';
import type { Log } from '../../common/log.ts';
import type { Hdfs } from '../hdfs/hdfs.ts';
import { isHdfsError } from '../hdfs/error.ts';
import { mkdirsSafely, renameSafely } from '../hdfs/safe-changes.ts';
import { baseName, parentOf } from '../hdfs/paths.ts';
import { formatGapFile, gapDirectory } from '../red/gaps.ts';
import type { GapReason, GapRecord } from '../red/gaps.ts';
import { tableDirectory } from '../red/list-tiles.ts';
import { formatTile } from '../red/tile.ts';
import type { TileName } from '../red/tile.ts';
import type { RedTable } from '../red/tables.ts';
import type { OffsetRange } from '../red/tiling.ts';

interface Commit {
  hdfs: Hdfs;
  root: string;
  table: RedTable;
  /** The directory of this assignment's epoch. The next owner of the partition removes it, which fences this one. */
  epochDirectory: string;
  log: Log;
}

const UPLOAD_ATTEMPTS = 5;

/**
 * Commits a local file to red under its tile name, exactly once:
 *
 * 1. `uploaded`: the whole file is in the epoch's directory, under a new name. A failed or unanswered upload is retried under another
 *    name. Its remains are removed with the epoch's directory.
 * 2. `directoryMade`: the directory of the hour exists.
 * 3. `committed`: the file has its final name. The rename is atomic and never overwrites. If its answer is lost, a look at both names
 *    tells whether it happened.
 *
 * A crash before step 3 leaves a file that nobody reads. After step 3 the next takeover counts the tile.
 * @throws HdfsError `fenced` or `exists` if another loader has taken over the partition; other kinds if HDFS fails
 */
export async function commitTile(
  commit: Commit,
  tile: TileName,
  localFile: { path: string; length: number },
): Promise<void> {
  const target = `${tableDirectory(commit.root, commit.table)}/${formatTile(tile)}`;
  await place(commit, target, localFile.length, (path) =>
    commit.hdfs.upload(localFile.path, path, { createParent: false }),
  );
}

/** Writes a gap record, in the same steps as a tile. */
export async function commitGap(
  commit: Commit,
  gap: OffsetRange & { topic: string; reason: GapReason },
): Promise<void> {
  const { topic, partition, from, to, reason } = gap;
  const record: GapRecord = {
    topic,
    partition,
    from: String(from),
    to: String(to),
    reason,
    foundAt: new Date().toISOString(),
  };
  const text = JSON.stringify(record);
  const target = `${gapDirectory(commit.root, commit.table)}/${formatGapFile(gap)}`;
  await place(commit, target, Buffer.byteLength(text), (path) =>
    commit.hdfs.writeText(path, text, { createParent: false }),
  );
  commit.log.error('records were lost before they were loaded; wrote a gap record', { ...record });
}

async function place(
  commit: Commit,
  target: string,
  length: number,
  upload: (path: string) => Promise<void>,
): Promise<void> {
  const uploaded = await uploadToEpoch(commit, baseName(target), upload);
  await mkdirsSafely(commit.hdfs, parentOf(target));
  await renameSafely(commit.hdfs, uploaded, target, length);
}

/** Step 1. @returns the path of the whole file in the epoch's directory */
export async function uploadToEpoch(
  commit: Pick<Commit, 'epochDirectory' | 'log'>,
  name: string,
  upload: (path: string) => Promise<void>,
): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const path = `${commit.epochDirectory}/${randomUUID()}-${name}`;
    try {
      await upload(path);
      return path;
    } catch (error) {
      if (!isHdfsError(error, 'lost', 'broken', 'unavailable') || attempt === UPLOAD_ATTEMPTS) throw error;
      commit.log.warn('upload failed; retrying under another name', { path, attempt, error: error.message });
    }
  }
}
