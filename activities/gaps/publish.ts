import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Disk } from '../../common/disk.ts';
import { addHours, hourStartMs } from '../../workflows/hour.ts';
import type { Day, Hour } from '../../workflows/hour.ts';
import type { WithDatabase } from '../duckdb/database.ts';
import { literal } from '../duckdb/literal.ts';
import type { CachedFiles } from '../hdfs/cached-files.ts';
import { fenceOthers } from '../hdfs/fence.ts';
import type { Hdfs } from '../hdfs/hdfs.ts';
import { parentOf } from '../hdfs/paths.ts';
import { mkdirsSafely, removeSafely, replaceSafely } from '../hdfs/safe-changes.ts';
import { readColumns } from '../query/columns.ts';
import { fetchHours } from '../query/local-files.ts';
import { SOURCES, hoursOfSource } from '../query/sources.ts';
import { createQueryViews } from '../query/views.ts';
import { listYellowHours } from '../yellow/list-hours.ts';
import { completeUntil } from './complete-until.ts';

export interface GapDeps {
  hdfs: Hdfs;
  root: string;
  files: CachedFiles;
  withDatabase: WithDatabase;
  disk: Disk;
  scratchDirectory: string;
  now: () => number;
}

/** The directory is named like that of united hours, so that `hour=*` finds it. */
export const gapsPath = (root: string, day: Day): string => `${root}/yellow/gaps/hour=${day}/part.parquet`;

/** Holds one directory per run: `<root>/yellow/.gaps`. */
const runsDirectory = (root: string): string => `${root}/yellow/.gaps`;

/**
 * Writes the gaps of a day, as far as its hours are complete: the view `gaps` over coverage of the day, the week before it and the hour after it, cut at the
 * ends of the day. The file is replaced atomically; a run that another one has replaced places nothing.
 * @returns the number of rows
 */
export async function publishGapsOfDay(
  deps: GapDeps,
  day: Day,
  known: { hour: Hour; openHour: Hour },
  signal: AbortSignal,
): Promise<number> {
  const { hdfs, root, disk, scratchDirectory } = deps;
  const epochDirectory = await fenceOthers(hdfs, runsDirectory(root), day);
  const directory = await disk.makeDirectory(join(scratchDirectory, 'gaps-'));
  try {
    const written = join(directory, 'gaps.parquet');
    const gaps = await writeGaps(deps, { day, known, directory, written, signal });
    signal.throwIfAborted();
    const uploaded = `${epochDirectory}/gaps.parquet`;
    await hdfs.upload(written, uploaded, { createParent: false });
    await mkdirsSafely(hdfs, parentOf(gapsPath(root, day)));
    await replaceSafely(hdfs, uploaded, gapsPath(root, day));
    await removeSafely(hdfs, epochDirectory);
    return gaps;
  } finally {
    await disk.remove(directory);
  }
}

async function writeGaps(
  deps: GapDeps,
  part: { day: Day; known: { hour: Hour; openHour: Hour }; directory: string; written: string; signal: AbortSignal },
): Promise<number> {
  const { hdfs, root, withDatabase } = deps;
  const { day, known, directory, written, signal } = part;
  const from = `${day}T00`;
  const knownUntil = await completeUntil(deps, day, known);
  const range = { from, to: addHours(knownUntil, -1) };
  const lakeHours = await listYellowHours(hdfs, root);
  const source = SOURCES.find(({ schema, table }) => schema === 'history' && table === 'coverage');
  if (source === undefined) throw new Error('Expected the views of questions to have coverage with its history.');
  const needed = new Map([[source, hoursOfSource(source, { lakeHours, videoDays: [] }, range)]]);
  const { filesOf } = await fetchHours(deps, needed, { directory, fetched: () => {}, signal });
  const columns = await readColumns(withDatabase);
  return withDatabase(async (connection) => {
    await createQueryViews(connection, { columns, filesOf, range });
    await connection.run(`SET VARIABLE known_until = make_timestamptz(${hourStartMs(knownUntil) * 1000})`);
    const untilMs = Math.min(hourStartMs(knownUntil), hourStartMs(addHours(from, 24)));
    return copyGaps(connection, { fromMs: hourStartMs(from), untilMs, written });
  });
}

async function copyGaps(
  connection: DuckDBConnection,
  { fromMs, untilMs, written }: { fromMs: number; untilMs: number; written: string },
): Promise<number> {
  const [from, until] = [fromMs, untilMs].map((ms) => `make_timestamptz(${ms * 1000})`) as [string, string];
  const copied = await connection.runAndReadAll(`
    COPY (
      SELECT channel_id, channel_login, greatest(began_at, ${from}) AS began_at, least(ended_at, ${until}) AS ended_at, reason, is_filled
      FROM history.gaps WHERE greatest(began_at, ${from}) < least(ended_at, ${until}) ORDER BY channel_login, began_at, channel_id
    ) TO ${literal(written)} (FORMAT parquet, COMPRESSION zstd)`);
  return Number(copied.value(0, 0));
}
