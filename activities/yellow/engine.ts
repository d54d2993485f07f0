import type { Hour } from '../../workflows/hour.ts';
import type { FileStatus } from '../hdfs/hdfs.ts';
import type { People } from '../opt-out/redact-line.ts';
import type { Tile } from '../red/tile.ts';
import type { Manifest, YellowTable } from './manifest.ts';

/** The red files of one hour of yellow, in HDFS. */
export interface RedOfHour {
  /** The tiles with lines of the hour, and all tiles whose append hour it is. */
  chat: Tile[];
  coverage: Tile[];
  /** Files of polls, one poll each. */
  polls: FileStatus[];
  /** Whether more red of the hour is expected soon. */
  isOpen: boolean;
  /** The people who opted out. Nobody by default. */
  optOut?: People;
  /** Whether red still has lines of them: not if all of them were forgotten. */
  redHasOptOut?: boolean;
}

/**
 * Makes the yellow tables of one hour from red. Each table with rows is one Parquet file at {@link enginePath} when the promise resolves.
 * The epoch's directory exists at the start and is never created: if another refinement has removed it, the engine fails.
 * @throws HdfsError `fenced` if the epoch's directory does not exist
 */
export type RefineEngine = (
  hour: Hour,
  red: RedOfHour,
  epochDirectory: string,
  signal: AbortSignal,
) => Promise<Manifest['tables']>;

/** Where an engine leaves a table. */
export const enginePath = (epochDirectory: string, table: YellowTable): string => `${epochDirectory}/${table}.parquet`;
