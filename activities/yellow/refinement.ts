import pMap from 'p-map';
import { FactError } from '../errors.ts';
import { isHdfsError } from '../hdfs/error.ts';
import type { Hdfs } from '../hdfs/hdfs.ts';
import { DamagedFile } from '../hdfs/json-file.ts';
import { removeSafely } from '../hdfs/safe-changes.ts';
import { baseName, parentOf } from '../hdfs/paths.ts';
import { fenceOthers } from '../hdfs/fence.ts';
import { coveredUpTo } from '../red/covering.ts';
import { sameGaps } from '../red/hour-gaps.ts';
import type { HourGap } from '../red/hour-gaps.ts';
import { listReadableTiles, listTiles, tableDirectory } from '../red/list-tiles.ts';
import { listPolls } from '../red/polls.ts';
import { parseTileFile } from '../red/tile.ts';
import type { Tile } from '../red/tile.ts';
import { RED_TABLES } from '../red/tables.ts';
import type { RedTable } from '../red/tables.ts';
import { addHours } from '../../workflows/hour.ts';
import type { Hour } from '../../workflows/hour.ts';
import type { CachedFiles } from '../hdfs/cached-files.ts';
import { isUnited } from './day-manifest.ts';
import { RedGone, readManifest } from './manifest.ts';
import type { Manifest } from './manifest.ts';
import { publishHour, refinementsDirectory } from './publishing.ts';
import { SQL_VERSION } from './sql-text.ts';
import type { TileHours } from './tile-hours.ts';
import type { RedOfHour, RefineEngine } from './engine.ts';
import { digestOf, peopleOf } from '../opt-out/list.ts';
import type { OptOut } from '../opt-out/list.ts';

export interface RefinementDeps {
  hdfs: Hdfs;
  root: string;
  files: CachedFiles;
  tileHours: TileHours;
  engine: RefineEngine;
  /** The users who must not be in yellow. */
  readOptOut: () => Promise<OptOut>;
  now: () => number;
}

const DOWNLOADS_AT_ONCE = 8;
/** How often the tiles of an hour are listed before missing ones are an error. */
const MAX_LISTINGS = 3;
/** A line that was not imported is at most a week older than its append time. */
const OPEN_HOURS_BACK = 7 * 24;

/** A tile with the path of its local copy. */
interface LocalTile extends Tile {
  local: string;
}

/**
 * Refines the red of one append hour. Its lines belong to the same hour of yellow, to a neighbour, or to an old hour if they were late. Each
 * of these hours is written again from all red that has lines of it, which its manifest names. So an hour of yellow is a pure function of the
 * red files in its manifest, whatever the order in which append hours are refined. An hour whose red files and opt-outs have not changed is
 * skipped. So a new opt-out reaches an old hour when the hour is refined again, and not by itself. An old hour with a damaged manifest is skipped too, and returned in `damaged`.
 * An hour whose red is gone, or that is united with its day, is left as it is, and returned in `kept`.
 * @param gaps what red lacks of the hour; undefined if that is not known, and then the manifest keeps those that it has
 * @throws DamagedFile if the manifest of the append hour itself is damaged
 */
export async function refineRedHour(
  deps: RefinementDeps,
  redHour: Hour,
  complete: boolean,
  signal: AbortSignal,
  gaps?: HourGap[],
): Promise<{ lines: number; hours: Hour[]; damaged: Hour[]; kept: Hour[] }> {
  // Coverage first: the messages of a listed tally are then in the chat tiles that are listed after it.
  const coverage = await fetchTiles(deps, 'coverage', redHour);
  const chat = await fetchTiles(deps, 'chat', redHour);
  // Only imported lines can be older. They wait for the end of the append hour, so that the open hour stays fresh.
  const oldest = complete ? '' : addHours(redHour, -OPEN_HOURS_BACK);
  const eventHours = (await hoursOf(deps, chat, coverage)).filter((hour) => hour >= oldest);

  const hours: Hour[] = [];
  const damaged: Hour[] = [];
  const kept: Hour[] = [];
  for (const hour of new Set([redHour, ...eventHours].sort())) {
    signal.throwIfAborted();
    try {
      if (await refineHour(deps, hour, { redHour, complete, signal, gaps })) hours.push(hour);
    } catch (error) {
      if (error instanceof RedGone) kept.push(hour);
      else if (error instanceof DamagedFile && hour !== redHour) damaged.push(hour);
      else throw error;
    }
  }
  await deps.files.trim();
  return { lines: chat.reduce((sum, tile) => sum + Number(tile.to - tile.from), 0), hours, damaged, kept };
}

/**
 * Writes one hour of yellow again, from the red that its manifest names, unless nothing has changed.
 * @returns whether it was written
 * @throws RedGone, DamagedFile
 */
export async function refineAgain(deps: RefinementDeps, hour: Hour, signal: AbortSignal): Promise<boolean> {
  return refineHour(deps, hour, { redHour: hour, complete: false, signal, gaps: undefined });
}

/**
 * Writes one hour of yellow, unless its manifest names the same red and the same opt-outs:
 *
 * 1. `fenced`: create a directory for this run, and remove those of other refinements of the hour. They can no longer publish. Otherwise a
 *    refiner that froze and was replaced could put an older table under a newer manifest.
 * 2. `compared`: read the opt-outs and the manifest, and list red, all after the last rename of any other refinement.
 * 3. `made`: the engine has left the tables in the directory of this run.
 * 4. `published`: each table, then the manifest.
 * @returns whether it was written
 * @throws HdfsError, retryable, if another refinement of the hour interfered
 */
async function refineHour(
  deps: RefinementDeps,
  hour: Hour,
  given: { redHour: Hour; complete: boolean; signal: AbortSignal; gaps: HourGap[] | undefined },
): Promise<boolean> {
  const { hdfs, root, now } = deps;
  const { redHour, complete, signal } = given;
  const epochDirectory = await fenceOthers(hdfs, refinementsDirectory(root), hour);
  const optOut = await deps.readOptOut();
  const old = await readManifest(hdfs, root, hour);
  const redHours = [...new Set([hour, redHour, ...(old?.redHours ?? [])])].sort();
  const coverage = await tilesWithLinesOf(deps, 'coverage', hour, redHours);
  const chat = await tilesWithLinesOf(deps, 'chat', hour, redHours);
  const polls = await listPolls(hdfs, root, hour);

  const redFiles = [...chat, ...coverage, ...polls].map((file) => file.path).sort();
  const isComplete = (hour === redHour && complete) || (old?.complete ?? false);
  const gaps = (hour === redHour ? given.gaps : undefined) ?? old?.gaps ?? [];
  const isCurrent =
    old !== undefined &&
    old.sql === SQL_VERSION &&
    old.optOut === digestOf(optOut) &&
    sameItems(old.redFiles, redFiles) &&
    old.complete === isComplete &&
    sameGaps(old.gaps, gaps);
  const gone = old === undefined || isCurrent ? undefined : await findGone(deps, old, { redHours, redFiles });
  const isFinal =
    gone !== undefined || (!isCurrent && redFiles.length + gaps.length > 0 && (await isUnited(hdfs, root, hour)));
  if (isCurrent || (redFiles.length === 0 && gaps.length === 0) || isFinal) {
    await removeSafely(hdfs, epochDirectory);
    if (isFinal) throw new RedGone(hour, gone);
    return false;
  }

  const isOpen = !isComplete && [addHours(redHour, -1), redHour, addHours(redHour, 1)].includes(hour);
  const tables = await deps.engine(
    hour,
    { chat, coverage, polls, isOpen, ...optOutOf(optOut) },
    epochDirectory,
    signal,
  );
  const contributing = new Set([...chat, ...coverage].map((tile) => tile.hour));
  await publishHour(hdfs, root, epochDirectory, {
    hour,
    redHours: redHours.filter((it) => contributing.has(it)),
    redFiles,
    sql: SQL_VERSION,
    optOut: digestOf(optOut),
    tables,
    complete: isComplete,
    gaps,
    refinedAt: new Date(now()).toISOString(),
  });
  return true;
}

function optOutOf({ entries }: OptOut): Pick<RedOfHour, 'optOut' | 'redHasOptOut'> {
  if (entries.length === 0) return {};
  return { optOut: peopleOf(entries), redHasOptOut: entries.some(({ forgotten }) => !forgotten) };
}

/** A red file of an hour of yellow whose rows red has no more. Without it, the hour would lose rows. */
async function findGone(
  { hdfs, root }: RefinementDeps,
  { redFiles: old }: Manifest,
  { redHours, redFiles }: { redHours: Hour[]; redFiles: string[] },
): Promise<string | undefined> {
  const known = new Set(redFiles);
  const others = old.filter((path) => !known.has(path));
  if (others.length === 0) return undefined;
  const tiles = new Map<string, Tile[]>();
  for (const table of RED_TABLES) tiles.set(tableDirectory(root, table), await listTiles(hdfs, root, table, redHours));
  return others.find((path) => {
    const range = parseTileFile(baseName(path));
    if (range === undefined) return true;
    const ofTable = tiles.get(parentOf(parentOf(path))) ?? [];
    return coveredUpTo(ofTable.filter(({ partition }) => partition === range.partition), range) < range.to; // prettier-ignore
  });
}

/** The tiles of `redHours` that have lines of `hour`, and all tiles of `hour` itself, because the sums count their messages. */
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
 * Fetches local copies of the tiles of an hour. If a listed tile is gone, a compaction has united it: the hour is listed again, which shows the
 * union.
 * @throws FactError, retryable, if tiles are gone after each of three listings
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
      if (listing === MAX_LISTINGS) throw tilesGone(table, hour, error);
    }
  }
}

function tilesGone(table: RedTable, hour: Hour, cause: Error): FactError {
  return new FactError(
    `Expected to read the listed tiles of red/${table} of ${hour}, found one gone after each of ${MAX_LISTINGS} listings: ` +
      `${cause.message} The refinement is retried. If no compaction is running, find out what else removes files of red.`,
    { facts: { table, hour }, retryable: true, cause },
  );
}

function sameItems(a: string[], b: string[]): boolean {
  return a.length === b.length && a.every((text, index) => text === b[index]);
}
