import { randomUUID } from 'node:crypto';
import type { Log } from '../../common/log.ts';
import type { Hdfs } from '../hdfs/hdfs.ts';
import { isHdfsError } from '../hdfs/hdfs-error.ts';
import { mkdirsLooking, renameLooking } from '../hdfs/looking.ts';
import { baseName, parentOf } from '../hdfs/paths.ts';
import { formatGapFile, gapDirectory } from '../red/gaps.ts';
import type { GapReason, GapRecord } from '../red/gaps.ts';
import { tableDirectory } from '../red/list-tiles.ts';
import { formatTile } from '../red/tile.ts';
import type { TileName } from '../red/tile.ts';
import type { RedTable } from '../red/tables.ts';
import type { OffsetRange } from '../red/tiling.ts';

/** What a commit needs to know of the assignment it belongs to. */
interface Commit {
  hdfs: Hdfs;
  root: string;
  table: RedTable;
  /** The directory of this assignment's epoch. Whoever takes the partition over removes it, and with it the right to commit. */
  epochDirectory: string;
  log: Log;
}

const UPLOAD_ATTEMPTS = 5;

/**
 * Puts a local file into red under the name of its tile, once. The steps, each a fact once it has happened:
 *
 * 1. `uploaded`: the file is below the epoch's directory, under a name never used before, with its whole length. An upload that broke or
 *    whose answer was lost is done again under another name; what it left goes with the epoch's directory.
 * 2. `placeMade`: the directory of the hour exists.
 * 3. `committed`: the file has its final name. The rename never replaces anything, and the NameNode does it at once or not at all. When its
 *    answer is lost, what is found under both names tells whether it happened.
 *
 * A crash before the third fact leaves a file that nobody reads; one after it leaves a tile that the next takeover counts.
 * @throws HdfsError `fenced` or `exists` when another loader has taken the partition over; others when HDFS cannot do it
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

/** Writes a gap record, by the same steps as a tile. */
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
  commit.log.error('offsets are missing in red; a gap record says which', { ...record });
}

async function place(
  commit: Commit,
  target: string,
  length: number,
  upload: (path: string) => Promise<void>,
): Promise<void> {
  const uploaded = await uploadSomewhere(commit, baseName(target), upload);
  await mkdirsLooking(commit.hdfs, parentOf(target));
  await renameLooking(commit.hdfs, uploaded, target, length);
}

/** Step 1 alone: gives the path below the epoch's directory at which the file is, with its whole length. */
export async function uploadSomewhere(
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
      commit.log.warn('an upload failed; trying another name', { path, attempt, error: error.message });
    }
  }
}
