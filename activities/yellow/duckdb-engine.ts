import { join } from 'node:path';
import pMap from 'p-map';
import type { Disk } from '../../common/disk.ts';
import type { Hour } from '../../workflows/hour.ts';
import type { CachedFiles, FileVersion } from '../hdfs/cached-files.ts';
import type { Hdfs } from '../hdfs/hdfs.ts';
import type { People } from '../opt-out/redact-line.ts';
import { enginePath } from './engine.ts';
import type { RefineEngine } from './engine.ts';
import { localYellowFile } from './files.ts';
import type { WriteYellowFiles } from './files.ts';
import { createKeptPieces, removePieces } from './kept-pieces.ts';
import { YELLOW_TABLES } from './manifest.ts';
import type { ParsePiece, Piece } from './pieces.ts';
import { halvesOf, slicesOf } from './slices.ts';
import type { Slice } from './slices.ts';

export interface DuckdbEngineDeps {
  hdfs: Hdfs;
  files: CachedFiles;
  parsePiece: ParsePiece;
  writeYellowFiles: WriteYellowFiles;
  disk: Disk;
  /** Holds files until they are uploaded, and the pieces of open hours. */
  scratchDirectory: string;
}

const DOWNLOADS_AT_ONCE = 8;
/** Lines of usual length that DuckDB sorts in the memory that the refiner gives it. */
const MOST_LINES = 600_000;

/**
 * Refines in this process: reads local copies of red, writes local files, and uploads them. It parses the lines in pieces, so that the memory
 * does not grow with the hour. The pieces of an open hour are kept for the next refinement. A complete hour is made from red alone.
 */
export function createDuckdbEngine(deps: DuckdbEngineDeps): RefineEngine {
  const { hdfs, disk } = deps;
  const keptPieces = createKeptPieces(disk);
  const fetchAll = <T extends FileVersion>(files: readonly T[]): Promise<(T & { local: string })[]> =>
    pMap(files, async (file) => ({ ...file, local: await deps.files.fetch(file) }), { concurrency: DOWNLOADS_AT_ONCE });

  /** Parses a slice of red, in halves if it does not fit into the memory: lines may be long, or of a new kind. */
  async function parse(hour: Hour, slice: Slice, people: People | undefined): Promise<Piece[]> {
    const directory = await disk.makeDirectory(join(deps.scratchDirectory, 'piece-'));
    const red = { ...slice, tiles: slice.tiles.map(localOf) };
    try {
      return [await deps.parsePiece(hour, red, people, directory)];
    } catch (error) {
      await disk.remove(directory);
      const halves = isOutOfMemory(error) ? halvesOf(slice) : [];
      if (halves.length === 0) throw error;
      const pieces: Piece[] = [];
      try {
        for (const half of halves) pieces.push(...(await parse(hour, half, people)));
        return pieces;
      } catch (failure) {
        await removePieces(disk, pieces);
        throw failure;
      }
    }
  }

  return async (hour, { chat, coverage, polls, optOut, isOpen }, epochDirectory, signal) => {
    const tiles = await fetchAll(chat);
    const earlier = await keptPieces.take(hour, new Set(isOpen ? tiles.map(localOf) : []), optOut);
    const pieces = [...earlier];
    let isDone = false;
    const directory = await disk.makeDirectory(join(deps.scratchDirectory, 'yellow-'));
    try {
      const parsed = new Set(earlier.flatMap((piece) => piece.tiles));
      const slices = slicesOf(
        tiles.filter(({ local }) => !parsed.has(local)),
        MOST_LINES,
      );
      // An hour without messages has a piece, too: without rows.
      if (slices.length === 0 && earlier.length === 0) slices.push({ tiles: [] });
      for (const slice of slices) {
        signal.throwIfAborted();
        pieces.push(...(await parse(hour, slice, optOut)));
      }
      const files = {
        pieces,
        ownChat: tiles.filter((tile) => tile.hour === hour).map(localOf),
        coverage: (await fetchAll(coverage)).map(localOf),
        streams: (await fetchAll(polls)).map(localOf),
      };
      signal.throwIfAborted();
      const tables = await deps.writeYellowFiles(hour, files, directory);
      for (const table of YELLOW_TABLES.filter((it) => (tables[it]?.rows ?? 0) > 0))
        await hdfs.upload(localYellowFile(directory, table), enginePath(epochDirectory, table), {
          createParent: false,
        });
      isDone = true;
      return tables;
    } finally {
      if (isDone && isOpen) await keptPieces.keep(hour, pieces);
      else await removePieces(disk, pieces);
      await disk.remove(directory);
    }
  };
}

const localOf = ({ local }: { local: string }): string => local;

const isOutOfMemory = (error: unknown): boolean =>
  error instanceof Error && error.message.startsWith('Out of Memory Error');
