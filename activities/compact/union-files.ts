import type { DuckDBConnection } from '@duckdb/node-api';
import type { WithDatabase } from '../duckdb/database.ts';
import { literal, literals } from '../duckdb/literal.ts';
import { redFileOptions } from '../load/parquet.ts';
import { readEventHours } from '../red/stored-event-hours.ts';
import type { OffsetRange } from '../red/tiling.ts';
import type { Hour } from '../../workflows/hour.ts';

/** A tile, or a union of tiles, as a local file. */
export interface LocalRange extends OffsetRange {
  local: string;
}

export interface UnionFiles {
  /** Writes the rows of consecutive `parts` to `file`, in the order of their offsets, in the format of a tile. */
  unite(parts: LocalRange[], file: string): Promise<void>;
  /**
   * Compares all rows and columns of consecutive `parts` with those of `wide` in the same range. Also checks the order of the rows in `wide`.
   * @returns a description of the difference; undefined if there is none
   */
  difference(wide: LocalRange, parts: LocalRange[]): Promise<string | undefined>;
}

/** Equal for equal rows, whatever their order. */
interface Fingerprint {
  rows: string;
  first: string;
  last: string;
  /** The sum of the MD5 of all rows, with all columns and their names. */
  digest: string;
}

export function createUnionFiles(withDatabase: WithDatabase): UnionFiles {
  return {
    unite: (parts, file) =>
      withDatabase(async (connection) => {
        const rows = rowsOf(parts.map((part) => part.local));
        const found = await connection.runAndReadAll(`SELECT kafka_topic FROM ${rows} LIMIT 1`);
        const options = redFileOptions(
          String(found.getRows()[0]?.[0]),
          rangeOf(parts),
          await allEventHours(connection, parts),
        );
        // The parts are in order, and DuckDB preserves it, so no sort is needed.
        await connection.run(`COPY (SELECT * FROM ${rows}) TO ${literal(file)} (${options})`);
      }),

    difference: (wide, parts) =>
      withDatabase(async (connection) => {
        const range = rangeOf(parts);
        const wanted = { rows: String(range.to - range.from), first: String(range.from), last: String(range.to - 1n) };
        const ofParts = await fingerprint(
          connection,
          parts.map((part) => part.local),
          range,
        );
        const ofWide = await fingerprint(connection, [wide.local], range);
        const expected: Fingerprint = { ...wanted, digest: ofParts.digest };
        if (!isSame(ofParts, expected)) return `the parts have ${describe(ofParts)} instead of ${describe(expected)}`;
        if (!isSame(ofWide, expected)) return `the union has ${describe(ofWide)} instead of ${describe(expected)}`;
        const misplaced = await countMisplaced(connection, wide);
        return misplaced === '0' ? undefined : `the union has ${misplaced} rows in the wrong place`;
      }),
  };
}

/** Undefined if one of the parts does not tell its own. */
async function allEventHours(connection: DuckDBConnection, parts: LocalRange[]): Promise<Hour[] | undefined> {
  const hoursOfFiles = await readEventHours(
    connection,
    parts.map((part) => part.local),
  );
  if (hoursOfFiles.size < parts.length) return undefined;
  return [...new Set([...hoursOfFiles.values()].flat())].sort();
}

/** Reads local files one after the other. A column that a file lacks is null for its rows. */
function rowsOf(files: string[]): string {
  return `read_parquet(${literals(files)}, union_by_name = true, hive_partitioning = false)`;
}

function rangeOf(parts: LocalRange[]): OffsetRange {
  const [first, last] = [parts[0], parts.at(-1)];
  if (first === undefined || last === undefined) throw new RangeError('Expected one part or more, got none.');
  return { partition: first.partition, from: first.from, to: last.to };
}

async function fingerprint(
  connection: DuckDBConnection,
  files: string[],
  { from, to }: OffsetRange,
): Promise<Fingerprint> {
  const result = await connection.runAndReadAll(`
    SELECT count(*)::VARCHAR, min(kafka_offset)::VARCHAR, max(kafka_offset)::VARCHAR,
      sum(md5_number_lower(to_json(t)::VARCHAR))::VARCHAR
    FROM (SELECT * FROM ${rowsOf(files)} WHERE kafka_offset >= ${from} AND kafka_offset < ${to}) t`);
  const [rows, first, last, digest] = (result.getRows()[0] ?? []).map(String);
  return { rows: rows ?? '', first: first ?? '', last: last ?? '', digest: digest ?? '' };
}

/** Counts the rows whose offset does not match their row number: a file of red has no holes. */
async function countMisplaced(connection: DuckDBConnection, { local, from }: LocalRange): Promise<string> {
  const result = await connection.runAndReadAll(
    `SELECT count(*)::VARCHAR FROM read_parquet(${literal(local)}, file_row_number = true, hive_partitioning = false)
    WHERE kafka_offset <> ${from} + file_row_number`,
  );
  return String(result.getRows()[0]?.[0]);
}

function isSame(a: Fingerprint, b: Fingerprint): boolean {
  return a.rows === b.rows && a.first === b.first && a.last === b.last && a.digest === b.digest;
}

function describe({ rows, first, last, digest }: Fingerprint): string {
  return `${rows} rows from ${first} to ${last} with digest ${digest}`;
}
