import type { DuckDBConnection } from '@duckdb/node-api';
import type { WithDatabase } from '../duckdb/database.ts';
import { literal, literals } from '../duckdb/literal.ts';
import { redFileOptions } from '../load/parquet.ts';
import type { OffsetRange } from '../red/tiling.ts';

/** A tile, or a union of tiles, as a local file. */
export interface LocalRange extends OffsetRange {
  local: string;
}

/** What a compaction does with the content of red files. */
export interface UnionFiles {
  /** Writes the rows of `parts`, which follow each other, to `file`: in the order of their offsets, as a tile is written. */
  unite(parts: LocalRange[], file: string): Promise<void>;
  /**
   * Compares two ways to hold the same offsets, by all rows and columns: those of `parts`, which follow each other, and those of `wide` in
   * that range. Gives the difference in words; undefined where there is none and `wide` has its rows in the order of their offsets.
   */
  difference(wide: LocalRange, parts: LocalRange[]): Promise<string | undefined>;
}

/** What a set of rows is compared by: equal for equal rows, in whatever order they lie. */
interface Fingerprint {
  rows: string;
  first: string;
  last: string;
  /** A sum over the MD5 of every row, all columns with their names. */
  digest: string;
}

export function createUnionFiles(withDatabase: WithDatabase): UnionFiles {
  return {
    unite: (parts, file) =>
      withDatabase(async (connection) => {
        const rows = rowsOf(parts.map((part) => part.local));
        const found = await connection.runAndReadAll(`SELECT kafka_topic FROM ${rows} LIMIT 1`);
        const options = redFileOptions(String(found.getRows()[0]?.[0]), rangeOf(parts));
        // The parts are in order, and DuckDB keeps it: nothing has to be sorted.
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
        if (!isSame(ofParts, expected)) return `the parts have ${inWords(ofParts)} instead of ${inWords(expected)}`;
        if (!isSame(ofWide, expected)) return `the union has ${inWords(ofWide)} instead of ${inWords(expected)}`;
        const misplaced = await countMisplaced(connection, wide);
        return misplaced === '0' ? undefined : `the union has ${misplaced} rows that are not in their place`;
      }),
  };
}

/** The rows of local files, one file after the other. A column that only some of them have is null in the others. */
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

/** How many rows of a file do not have the offset that their place in it tells: a file of red has no hole. */
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

function inWords({ rows, first, last, digest }: Fingerprint): string {
  return `${rows} rows from ${first} to ${last} with digest ${digest}`;
}
