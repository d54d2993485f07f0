import type { Log } from '../../common/log.ts';
import { FactError } from '../errors.ts';
import { isHdfsError } from '../hdfs/error.ts';
import { fenceOthers } from '../hdfs/fence.ts';
import type { Hdfs } from '../hdfs/hdfs.ts';
import { removeSafely } from '../hdfs/safe-changes.ts';
import { compactionsDirectory } from '../red/epochs.ts';
import { listHours, listReadableTiles, listTiles, tableDirectory } from '../red/list-tiles.ts';
import { listPollHours, listPolls, pollsDirectory } from '../red/polls.ts';
import { recordRemoval } from '../red/removed.ts';
import { RED_TABLES } from '../red/tables.ts';
import type { RedTable } from '../red/tables.ts';
import { formatHourDirectory } from '../red/tile.ts';
import type { Tile } from '../red/tile.ts';
import { readManifest } from '../yellow/manifest.ts';
import type { Manifest } from '../yellow/manifest.ts';
import type { TileHours } from '../yellow/tile-hours.ts';
import { dayOf } from '../../workflows/hour.ts';
import type { Hour } from '../../workflows/hour.ts';

export interface RetentionDeps {
  hdfs: Hdfs;
  root: string;
  tileHours: TileHours;
  /** Runs `work` with a local copy of a file. */
  withCopy: <T>(path: string, work: (local: string) => Promise<T>) => Promise<T>;
  now: () => number;
  log: Log;
}

export interface RedRemoved {
  hours: number;
  files: number;
  /** Why the oldest hour that is left was not removed; null if it is young enough. */
  stoppedBy: string | null;
}

/**
 * Removes hours of red before `before`, oldest first, with their polls. It stops at the first hour of which yellow has not taken everything:
 * then the offsets that are left have no hole. Of each partition the newest tile stays, because it tells loaders where to continue. Per hour:
 *
 * 1. `fenced`: directories of compactions and erasures of the hour are removed. One that froze can put no tile back any more.
 * 2. `taken`: the manifest of the hour is complete, and each of its files is named by the manifest of every hour that has lines of it.
 * 3. `recorded`: red says that the hour was removed, so that nobody waits for its tiles.
 * 4. `removed`: the files, in the order of their offsets.
 *
 * A crash at any step leaves the rest to the next run. What is removed cannot come back, and yellow is never made again from less: see
 * `findGone` in activities/yellow/refinement.ts.
 * @throws FactError, retryable, if another run interfered
 */
export async function removeOldRed(deps: RetentionDeps, before: Hour, signal: AbortSignal): Promise<RedRemoved> {
  try {
    return await remove(deps, before, signal);
  } catch (error) {
    if (!isHdfsError(error, 'absent', 'exists', 'fenced')) throw error;
    const text = `Another run on old red interfered, and the removal is retried: ${error.message}`;
    throw new FactError(text, { facts: { before }, retryable: true, cause: error });
  }
}

async function remove(deps: RetentionDeps, before: Hour, signal: AbortSignal): Promise<RedRemoved> {
  const { hdfs, root, log } = deps;
  const removed: RedRemoved = { hours: 0, files: 0, stoppedBy: null };
  const newest = await newestTiles(hdfs, root);
  const hours = await listPollHours(hdfs, root, before);
  for (const table of RED_TABLES) for (const hour of await listHours(hdfs, root, table)) hours.add(hour);
  for (const hour of [...hours].filter((it) => it < before).sort()) {
    signal.throwIfAborted();
    const epochDirectory = await fenceOthers(hdfs, compactionsDirectory(root), hour);
    const count = await removeHour(deps, hour, newest, signal);
    await removeSafely(hdfs, epochDirectory);
    if (typeof count === 'string') {
      removed.stoppedBy = `${hour}: ${count}`;
      log.warn('old red stays: yellow has not taken all of it', { hour, why: count });
      return removed;
    }
    removed.files += count;
    if (count > 0) removed.hours++;
  }
  return removed;
}

/** @returns the number of removed files; a reason if the hour must stay */
async function removeHour(
  deps: RetentionDeps,
  hour: Hour,
  newest: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<number | string> {
  const { hdfs, root, now } = deps;
  const files = await filesOf(hdfs, root, hour);
  if (typeof files === 'string') return files;
  const paths = [...files.tiles, ...files.polls].map(({ path }) => path).filter((path) => !newest.has(path));
  if (paths.length > 0) {
    const why = await whyNotTaken(deps, hour, files, newest);
    if (why !== undefined) return why;
    await recordRemoval(hdfs, root, hour, new Date(now()).toISOString());
  }
  for (const path of paths) {
    signal.throwIfAborted();
    await removeSafely(hdfs, path);
  }
  // Also those that an interrupted run has left.
  await removeEmptyDirectories(hdfs, root, hour);
  return paths.length;
}

interface HourFiles {
  tiles: (Tile & { table: RedTable })[];
  polls: { path: string }[];
}

/** All files of an hour; a reason if a compaction has not finished. */
async function filesOf(hdfs: Hdfs, root: string, hour: Hour): Promise<HourFiles | string> {
  const tiles: HourFiles['tiles'] = [];
  for (const table of RED_TABLES) {
    const all = await listTiles(hdfs, root, table, [hour]);
    if ((await listReadableTiles(hdfs, root, table, [hour])).length < all.length)
      return `parts lie beside their union in red/${table}; refine the hour again`;
    tiles.push(...all.map((tile) => ({ ...tile, table })));
  }
  return { tiles, polls: await listPolls(hdfs, root, hour) };
}

/** Undefined if yellow has taken all that will be removed. */
async function whyNotTaken(
  { hdfs, root, tileHours, withCopy }: RetentionDeps,
  hour: Hour,
  { tiles, polls }: HourFiles,
  newest: ReadonlySet<string>,
): Promise<string | undefined> {
  const manifests = new Map<Hour, Promise<Manifest | undefined>>();
  const manifestOf = (it: Hour): Promise<Manifest | undefined> => {
    const found = manifests.get(it) ?? readManifest(hdfs, root, it);
    manifests.set(it, found);
    return found;
  };
  const own = await manifestOf(hour);
  if (own?.complete !== true) return 'the hour is not complete in yellow; refine it';
  for (const { path, table } of tiles.filter((tile) => !newest.has(tile.path))) {
    const found = await withCopy(path, (local) =>
      tileHours.of(table === 'chat' ? { chat: [local], coverage: [] } : { chat: [], coverage: [local] }),
    );
    for (const it of new Set([hour, ...[...found.values()].flatMap((some) => [...some])])) {
      if ((await manifestOf(it))?.redFiles.includes(path) !== true)
        return `yellow of ${it} was not made of ${path}; refine ${hour} again`;
    }
  }
  const poll = polls.find(({ path }) => !own.redFiles.includes(path));
  return poll === undefined ? undefined : `yellow of ${hour} was not made of ${poll.path}; refine the hour again`;
}

/** The paths of the newest tile of each partition, of both tables. */
async function newestTiles(hdfs: Hdfs, root: string): Promise<ReadonlySet<string>> {
  const newest = new Map<string, Tile>();
  for (const table of RED_TABLES) {
    for (const hour of await listHours(hdfs, root, table)) {
      for (const tile of await listTiles(hdfs, root, table, [hour])) {
        const key = `${table} ${tile.partition}`;
        if (tile.to >= (newest.get(key)?.to ?? 0n)) newest.set(key, tile);
      }
    }
  }
  return new Set([...newest.values()].map(({ path }) => path));
}

/** A directory with a file stays: a tile may have arrived. */
async function removeEmptyDirectories(hdfs: Hdfs, root: string, hour: Hour): Promise<void> {
  const ofTables = RED_TABLES.map((table) => `${tableDirectory(root, table)}/${formatHourDirectory(hour)}`);
  for (const directory of [...ofTables, pollsDirectory(root, dayOf(hour))]) {
    if ((await hdfs.list(directory)).length > 0) continue;
    try {
      await hdfs.remove(directory);
    } catch (error) {
      if (!isHdfsError(error, 'exists', 'lost')) throw error;
    }
  }
}
