import { join } from 'node:path';
import pMap from 'p-map';
import type { Disk } from '../../common/disk.ts';
import { FactError } from '../errors.ts';
import { isHdfsError } from '../hdfs/error.ts';
import type { Hdfs } from '../hdfs/hdfs.ts';
import { DamagedFile } from '../hdfs/json-file.ts';
import { removeSafely } from '../hdfs/safe-changes.ts';
import { fenceOthers } from '../hdfs/fence.ts';
import { listReadableTiles } from '../red/list-tiles.ts';
import { listPolls } from '../red/polls.ts';
import type { Tile } from '../red/tile.ts';
import type { RedTable } from '../red/tables.ts';
import type { Hour } from '../../workflows/hour.ts';
import type { CachedFiles } from '../hdfs/cached-files.ts';
import { readManifest } from './manifest.ts';
import { publishHour, refinementsDirectory } from './publishing.ts';
import { SQL_VERSION } from './sql-text.ts';
import type { TileHours } from './tile-hours.ts';
import type { WriteYellowFiles } from './files.ts';

export interface RefinementDeps {
  hdfs: Hdfs;
  root: string;
  files: CachedFiles;
  tileHours: TileHours;
  writeYellowFiles: WriteYellowFiles;
  disk: Disk;
  /** A directory for files on their way to HDFS. */
  scratchDirectory: string;
  now: () => number;
}

const DOWNLOADS_AT_ONCE = 8;
/** How often the tiles of an hour are listed, at most, to find all of them still there when they are read. */
const LISTINGS = 3;

/** A tile and its local copy. */
interface LocalTile extends Tile {
  local: string;
}

/**
 * Refines the red of one append hour. Its lines belong to this hour of yellow, to a neighbour at the edges, and to an old hour where they
 * come late. Each of these hours is made anew from all red that holds lines of it, which its manifest remembers: so an hour of yellow is a
 * pure function of the red files that its manifest names, however often and in whatever order append hours are refined. An hour whose red
 * files are those of its manifest is left alone. An old hour whose manifest cannot be read is left alone too, and told as `damaged`.
 * @throws DamagedFile when it is the manifest of the append hour itself
 */
export async function refineRedHour(
  deps: RefinementDeps,
  redHour: Hour,
  complete: boolean,
  signal: AbortSignal,
): Promise<{ lines: number; hours: Hour[]; damaged: Hour[] }> {
  // Coverage first: a tally that is seen here has its messages among the chat tiles that are listed after it.
  const coverage = await fetchTiles(deps, 'coverage', redHour);
  const chat = await fetchTiles(deps, 'chat', redHour);
  const eventHours = await hoursOf(deps, chat, coverage);

  const hours: Hour[] = [];
  const damaged: Hour[] = [];
  for (const hour of new Set([redHour, ...eventHours].sort())) {
    signal.throwIfAborted();
    try {
      if (await makeHour(deps, hour, redHour, complete)) hours.push(hour);
    } catch (error) {
      if (!(error instanceof DamagedFile) || hour === redHour) throw error;
      damaged.push(hour);
    }
  }
  await deps.files.trim();
  return { lines: chat.reduce((sum, tile) => sum + Number(tile.to - tile.from), 0), hours, damaged };
}

/**
 * Makes one hour of yellow, unless its manifest names the same red. Returns whether it was made. The steps, each a fact once it has
 * happened:
 *
 * 1. `fenced`: a directory of its own is made, and those of other refinements of this hour are removed. None of them can name a table or a
 *    manifest from here on: a refiner that stood still, was given up and wakes would else put an older table under a newer manifest.
 * 2. `compared`: the manifest is read and red is listed. Both are as they were after the others' last rename, or newer.
 * 3. `published`: each table is in its place, then the manifest.
 * @throws FactError, retryable, when another refinement of the hour was in the way
 */
async function makeHour(deps: RefinementDeps, hour: Hour, redHour: Hour, complete: boolean): Promise<boolean> {
  const { hdfs, root, disk, now } = deps;
  const epochDirectory = await fenceOthers(hdfs, refinementsDirectory(root), hour);
  const old = await readManifest(hdfs, root, hour);
  const redHours = [...new Set([hour, redHour, ...(old?.redHours ?? [])])].sort();
  const coverage = await tilesWithLinesOf(deps, 'coverage', hour, redHours);
  const chat = await tilesWithLinesOf(deps, 'chat', hour, redHours);
  const polls = await listPolls(hdfs, root, hour);

  const redFiles = [...chat, ...coverage, ...polls].map((file) => file.path).sort();
  const isComplete = (hour === redHour && complete) || (old?.complete ?? false);
  const isMade =
    old !== undefined && old.sql === SQL_VERSION && sameTexts(old.redFiles, redFiles) && old.complete === isComplete;
  if (isMade || redFiles.length === 0) {
    await removeSafely(hdfs, epochDirectory);
    return false;
  }

  const directory = await disk.makeDirectory(join(deps.scratchDirectory, 'yellow-'));
  try {
    const tables = await deps.writeYellowFiles(
      hour,
      {
        chat: chat.map((tile) => tile.local),
        ownChat: chat.filter((tile) => tile.hour === hour).map((tile) => tile.local),
        coverage: coverage.map((tile) => tile.local),
        streams: await pMap(polls, (poll) => deps.files.fetch(poll), { concurrency: DOWNLOADS_AT_ONCE }),
      },
      directory,
    );
    const contributing = new Set([...chat, ...coverage].map((tile) => tile.hour));
    await publishHour(
      hdfs,
      root,
      { epochDirectory, directory },
      {
        hour,
        redHours: redHours.filter((it) => contributing.has(it)),
        redFiles,
        sql: SQL_VERSION,
        tables,
        complete: isComplete,
        refinedAt: new Date(now()).toISOString(),
      },
    );
    return true;
  } finally {
    await disk.remove(directory);
  }
}

/** The tiles of the red hours that hold lines of `hour`, and all chat tiles of the hour's own, whose messages the sums count. */
async function tilesWithLinesOf(
  deps: RefinementDeps,
  table: RedTable,
  hour: Hour,
  redHours: Hour[],
): Promise<LocalTile[]> {
  const tiles = (await Promise.all(redHours.map((redHour) => fetchTiles(deps, table, redHour)))).flat();
  const locals = tiles.map((tile) => tile.local);
  const hours = await deps.tileHours.of(
    table === 'chat' ? { chat: locals, coverage: [] } : { chat: [], coverage: locals },
  );
  return tiles.filter((tile) => tile.hour === hour || hours.get(tile.local)?.has(hour));
}

async function hoursOf(deps: RefinementDeps, chat: LocalTile[], coverage: LocalTile[]): Promise<Hour[]> {
  const hours = await deps.tileHours.of({
    chat: chat.map((tile) => tile.local),
    coverage: coverage.map((tile) => tile.local),
  });
  return [...hours.values()].flatMap((set) => [...set]);
}

/**
 * The tiles of an hour with their local copies. A tile that is gone by the time it is read was united with others in the meantime: the hour
 * is listed anew, and then names the union.
 * @throws FactError, retryable, when that was so for each of three listings
 */
async function fetchTiles({ hdfs, root, files }: RefinementDeps, table: RedTable, hour: Hour): Promise<LocalTile[]> {
  for (let listing = 1; ; listing++) {
    const tiles = await listReadableTiles(hdfs, root, table, [hour]);
    try {
      return await pMap(tiles, async (tile) => ({ ...tile, local: await files.fetch(tile) }), {
        concurrency: DOWNLOADS_AT_ONCE,
      });
    } catch (error) {
      if (!isHdfsError(error, 'absent')) throw error;
      if (listing === LISTINGS) throw tilesVanish(table, hour, error);
    }
  }
}

function tilesVanish(table: RedTable, hour: Hour, cause: Error): FactError {
  return new FactError(
    `Expected to read the tiles of red/${table} of ${hour} as they were listed, found one gone after each of ${LISTINGS} listings: ` +
      `${cause.message} It is tried again; where no compaction is under way, look for who else removes files of red.`,
    { facts: { table, hour }, retryable: true, cause },
  );
}

function sameTexts(a: string[], b: string[]): boolean {
  return a.length === b.length && a.every((text, index) => text === b[index]);
}
