import { join } from 'node:path';
import type { Disk } from '../../common/disk.ts';
import type { WithDatabase } from '../duckdb/database.ts';
import { FactError } from '../errors.ts';
import { fenceOthers } from '../hdfs/fence.ts';
import type { FileSystem } from '../hdfs/file-system.ts';
import type { Hdfs } from '../hdfs/hdfs.ts';
import { baseName } from '../hdfs/paths.ts';
import { removeSafely, renameSafely } from '../hdfs/safe-changes.ts';
import type { SubmitJob } from '../spark/submit.ts';
import { enginePath } from './engine.ts';
import type { RefineEngine } from './engine.ts';
import { localYellowFile } from './files.ts';
import { YELLOW_TABLES } from './manifest.ts';
import type { Manifest, YellowTable } from './manifest.ts';
import { measure } from './measure.ts';
import { redactedTiles } from './redacted-tiles.ts';
import { sparkSteps, sparkTableDirectory } from './spark-steps.ts';

export interface SparkEngineDeps {
  hdfs: Hdfs;
  root: string;
  fileSystem: () => Promise<FileSystem>;
  submit: SubmitJob;
  /** Receives the progress of a job. */
  report: (progress: string) => void;
  withDatabase: WithDatabase;
  disk: Disk;
  /** Holds the written files while they are measured. */
  scratchDirectory: string;
}

/** Where Spark writes: one directory per job. It starts with a dot, so that Spark and DuckDB do not take it for a table. */
export const sparkDirectory = (root: string): string => `${root}/yellow/.spark`;

/**
 * Refines with Spark, which reads red from HDFS and writes yellow to it.
 *
 * 1. `fenced`: create a directory for this job, and remove those of earlier jobs of the hour.
 * 2. `redacted`: if red has lines of people who opted out, the tiles with such lines have redacted copies there, which Spark reads instead.
 * 3. `written`: Spark has written each table there. It creates missing directories, so it never writes to the epoch's directory: a job of
 *    a refinement that was replaced would create that again.
 * 4. `measured`: each file was downloaded and read whole by DuckDB, which counts rows and digest for both engines.
 * 5. `named`: each file was renamed into the epoch's directory, which fails if that was removed.
 */
export function createSparkEngine(deps: SparkEngineDeps): RefineEngine {
  const { hdfs, disk } = deps;
  return async (hour, red, epochDirectory, signal) => {
    const directory = await fenceOthers(hdfs, sparkDirectory(deps.root), hour);
    const { url, replication } = await deps.fileSystem();
    const urls = (files: readonly { path: string }[]): string[] => files.map(({ path }) => `${url}${path}`);
    const chat =
      red.redHasOptOut === true && red.optOut !== undefined
        ? await redactedTiles(deps, red.chat, red.optOut, directory, signal)
        : red.chat;
    const isOwn = (tile: { hour: string }): boolean => tile.hour === hour;
    const steps = sparkSteps(
      hour,
      {
        ownChat: urls(chat.filter(isOwn)),
        otherChat: urls(chat.filter((tile) => !isOwn(tile))),
        coverage: urls(red.coverage),
        streams: urls(red.polls),
      },
      `${url}${directory}`,
    );
    const properties = { 'spark.hadoop.dfs.replication': String(replication) };
    await deps.submit({ name: `refine ${hour}`, properties, steps }, signal, deps.report);

    const tables = {} as Manifest['tables'];
    const local = await disk.makeDirectory(join(deps.scratchDirectory, 'spark-'));
    try {
      for (const table of YELLOW_TABLES) {
        signal.throwIfAborted();
        const written = await onlyFile(hdfs, sparkTableDirectory(directory, table), table);
        const copy = localYellowFile(local, table);
        await hdfs.download(written.path, copy);
        tables[table] = await deps.withDatabase((connection) => measure(connection, copy));
        await disk.remove(copy);
        if (tables[table].rows > 0)
          await renameSafely(hdfs, written.path, enginePath(epochDirectory, table), written.length);
      }
    } finally {
      await disk.remove(local);
    }
    await removeSafely(hdfs, directory);
    return tables;
  };
}

/** The file of a table. Spark chooses its name, and leaves `_SUCCESS` beside it. */
async function onlyFile(hdfs: Hdfs, directory: string, table: YellowTable): Promise<{ path: string; length: number }> {
  const found = await hdfs.list(directory);
  const [file, ...more] = found.filter(({ path }) => baseName(path).startsWith('part-'));
  if (file !== undefined && more.length === 0) return file;
  const names = found.map(({ path }) => baseName(path)).join(', ') || 'nothing';
  throw new FactError(`Expected Spark to write one file of ${table} to ${directory}, found ${names}.`, {
    facts: { directory, table },
    retryable: true,
  });
}
