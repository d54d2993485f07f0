import { join } from 'node:path';
import { removeLeftovers } from '../compact/compaction.ts';
import type { CompactionDeps, Run } from '../compact/compaction.ts';
import { FactError } from '../errors.ts';
import { HdfsError, isHdfsError } from '../hdfs/error.ts';
import { fenceOthers } from '../hdfs/fence.ts';
import { baseName } from '../hdfs/paths.ts';
import { removeSafely, replaceSafely } from '../hdfs/safe-changes.ts';
import { uploadToEpoch } from '../load/commit.ts';
import type { People } from '../opt-out/redact-line.ts';
import { compactionsDirectory } from '../red/epochs.ts';
import { listReadableTiles } from '../red/list-tiles.ts';
import type { Tile } from '../red/tile.ts';
import type { RedactedFiles } from './redacted-files.ts';

export type ErasureDeps = CompactionDeps & { redactedFiles: RedactedFiles };

/** Whom to erase. */
export interface Erasure {
  userId: string;
  /**
   * Called with the logins that an hour of red shows for the user, before the hour is erased.
   * @returns the people to redact: this user with all logins known so far, and whoever else must be forgotten
   */
  learn(logins: string[]): Promise<People>;
}

export interface HourErased {
  /** Tiles that were looked at, and rewritten. */
  tiles: number;
  rewritten: number;
  /** Lines that were redacted. */
  lines: number;
}

/**
 * Redacts the lines of an hour of red. A tile with traces is replaced under its name by a copy with the same rows and offsets:
 *
 * 1. `fenced`: create a directory for this run, and remove those of compactions and other erasures of the hour. None of them can rename a file
 *    any more. A rename that came first is seen in the listing of step 3.
 * 2. `leftoversRemoved`: parts beside their union are removed, as by a compaction. Otherwise a part could keep what the union has lost, and a
 *    compaction would find that they differ.
 * 3. `learnt`: the logins of the user in this hour are known and entered.
 * 4. `proven`, per tile with traces: write the copy, upload it, read it back, compare it with the tile.
 * 5. `replaced`: one rename puts the copy in the place of the tile. Readers find each row once, before and after.
 *
 * A crash at any step leaves a whole tile under each name, and the next run finishes the work: it redacts what still has traces.
 * @throws FactError, retryable, if a copy differs or another run on the hour interfered
 */
export async function eraseRedHour(
  deps: ErasureDeps,
  hour: string,
  erasure: Erasure,
  signal: AbortSignal,
): Promise<HourErased> {
  try {
    return await erase(deps, hour, erasure, signal);
  } catch (error) {
    if (!isHdfsError(error, 'absent', 'exists', 'fenced')) throw error;
    const text = `Another run on the tiles of ${hour} interfered, and the erasure is retried: ${error.message}`;
    throw new FactError(text, { facts: { hour }, retryable: true, cause: error });
  }
}

async function erase(deps: ErasureDeps, hour: string, erasure: Erasure, signal: AbortSignal): Promise<HourErased> {
  const { hdfs, root, disk, redactedFiles, log } = deps;
  const counts: HourErased = { tiles: 0, rewritten: 0, lines: 0 };
  const table = 'chat';
  if ((await listReadableTiles(hdfs, root, table, [hour])).length === 0) return counts;
  const epochDirectory = await fenceOthers(hdfs, compactionsDirectory(root), hour);
  const localDirectory = await disk.makeDirectory(join(deps.scratchDirectory, 'erasure-'));
  const run: Run = { ...deps, table, hour, epochDirectory, localDirectory };
  try {
    await removeLeftovers(run, signal);
    const tiles = await listReadableTiles(hdfs, root, table, [hour]);
    const local = join(localDirectory, 'tile.parquet');
    const logins = new Set<string>();
    for (const tile of tiles) {
      signal.throwIfAborted();
      await hdfs.download(tile.path, local);
      for (const login of await redactedFiles.loginsOf(local, erasure.userId)) logins.add(login);
    }
    const people = await erasure.learn([...logins].sort());
    for (const tile of tiles) {
      signal.throwIfAborted();
      counts.tiles++;
      await hdfs.download(tile.path, local);
      const lines = await redactedFiles.traces(local, people);
      if (lines === 0) continue;
      await replaceTile(run, redactedFiles, { tile, local, people });
      counts.rewritten++;
      counts.lines += lines;
    }
  } finally {
    await disk.remove(localDirectory);
  }
  await removeEpoch(run);
  if (counts.rewritten > 0) log.info('lines of a forgotten user were erased', { hour, ...counts });
  return counts;
}

/** Steps 4 and 5. */
async function replaceTile(
  run: Run,
  redactedFiles: RedactedFiles,
  { tile, local, people }: { tile: Tile; local: string; people: People },
): Promise<void> {
  const { hdfs, localDirectory, disk } = run;
  const copy = join(localDirectory, `copy-${baseName(tile.path)}`);
  const range = { partition: tile.partition, from: tile.from, to: tile.to, local };
  await redactedFiles.redact(range, copy, people);
  const uploaded = await uploadToEpoch(run, baseName(tile.path), (path) =>
    hdfs.upload(copy, path, { createParent: false }),
  );
  await hdfs.download(uploaded, copy);
  const difference = await redactedFiles.difference(range, copy, people);
  if (difference !== undefined) {
    throw new FactError(
      `Expected the redacted copy of ${tile.path} to have its rows; ${difference}. The tile was not changed, and the erasure is retried.`,
      { facts: { path: tile.path }, retryable: true },
    );
  }
  await disk.remove(copy);
  await replaceSafely(hdfs, uploaded, tile.path);
}

/**
 * The directory must still exist: after a lost answer, a missing upload counts as renamed, which is true only if no other run has removed the
 * directory.
 */
async function removeEpoch({ hdfs, epochDirectory }: Run): Promise<void> {
  if ((await hdfs.status(epochDirectory)) === undefined) {
    const message = `Expected ${epochDirectory} to exist until the hour is erased, found nothing: another run has removed it.`;
    throw new HdfsError('fenced', message, { facts: { path: epochDirectory } });
  }
  await removeSafely(hdfs, epochDirectory);
}
