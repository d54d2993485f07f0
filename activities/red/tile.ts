/** The name of a committed red file: the rows of one partition with offsets from `from` up to, not including, `to`. */
export interface TileName {
  partition: number;
  from: bigint;
  to: bigint;
  /** The UTC hour of the rows' append time, as in `2026-11-25T14`. */
  hour: string;
}

/** One committed red file. */
export interface Tile extends TileName {
  /** Absolute path in HDFS. */
  path: string;
  /** Bytes. */
  length: number;
  /** Milliseconds since 1970. A tile that was rewritten to forget a user has a new time. */
  modificationTimeMs: number;
}

const HOUR_DIRECTORY = /^hour=(\d{4}-\d\d-\d\dT\d\d)$/;
const FILE_NAME = /^p(\d{1,9})-(\d{1,19})-(\d{1,19})\.parquet$/;

/** The directory of an hour in its table: `hour=2026-11-25T14`. */
export function formatHourDirectory(hour: string): string {
  return `hour=${hour}`;
}

/** The hour in the name of a directory; `undefined` for any other name. */
export function parseHourDirectory(name: string): string | undefined {
  return HOUR_DIRECTORY.exec(name)?.[1];
}

/** The file name of a tile, `p0-0-1500.parquet`, without its hour directory. */
export function formatTileFile(tile: { partition: number; from: bigint; to: bigint }): string {
  return `p${tile.partition}-${tile.from}-${tile.to}.parquet`;
}

/** The tile's name below its table: `hour=2026-11-25T14/p0-0-1500.parquet`. */
export function formatTile(tile: TileName): string {
  return `${formatHourDirectory(tile.hour)}/${formatTileFile(tile)}`;
}

/** Partition and range in the name of a tile; `undefined` for any other name and for an empty range. */
export function parseTileFile(name: string): { partition: number; from: bigint; to: bigint } | undefined {
  const match = FILE_NAME.exec(name);
  if (match === null) return undefined;
  const [, partition = '', from = '', to = ''] = match;
  const range = { partition: Number(partition), from: BigInt(from), to: BigInt(to) };
  return range.from < range.to ? range : undefined;
}
