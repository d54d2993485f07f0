import type { DuckDBConnection } from '@duckdb/node-api';
import type { WithDatabase } from '../duckdb/database.ts';
import { literal } from '../duckdb/literal.ts';
import { redFileOptions } from '../load/parquet.ts';
import { createKeptLine } from '../opt-out/kept-line.ts';
import type { People } from '../opt-out/redact-line.ts';
import { readEventHours } from '../red/stored-event-hours.ts';
import type { LocalRange } from '../compact/union-files.ts';

/** Local copies of tiles, and what they have of people. */
export interface RedactedFiles {
  /** The logins under which a user wrote in this file, in lower case. */
  loginsOf(file: string, userId: string): Promise<string[]>;
  /** Number of lines that must not be kept as they are. */
  traces(file: string, people: People): Promise<number>;
  /** Writes a copy of `tile` to `file`: the same rows in the same order, with redacted lines. */
  redact(tile: LocalRange, file: string, people: People): Promise<void>;
  /**
   * Compares a redacted copy with the tile: only redacted lines may differ, and no trace may be left.
   * @returns a description of the difference; undefined if there is none
   */
  difference(tile: LocalRange, copy: string, people: People): Promise<string | undefined>;
}

export function createRedactedFiles(withDatabase: WithDatabase): RedactedFiles {
  return {
    loginsOf: (file, userId) =>
      withDatabase(async (connection) => {
        const found = await connection.runAndReadAll(`
          SELECT DISTINCT lower(regexp_extract(line, '^@[^ ]* +:([0-9A-Za-z_]{1,25})!', 1)) AS login FROM ${rowsOf(file)}
          WHERE contains(line, 'user-id=${userId}') AND regexp_matches(line, '^@([^ ]*;)?user-id=${userId}[; ]') AND login <> ''
          ORDER BY login`);
        return found.getRows().map(([login]) => String(login));
      }),

    traces: (file, people) =>
      withDatabase(async (connection) => {
        await createKeptLine(connection, people);
        return countOf(connection, `SELECT count(*) FROM ${rowsOf(file)} WHERE kept_line(line) <> line`);
      }),

    redact: (tile, file, people) =>
      withDatabase(async (connection) => {
        await createKeptLine(connection, people);
        const rows = rowsOf(tile.local);
        const found = await connection.runAndReadAll(`SELECT kafka_topic FROM ${rows} LIMIT 1`);
        const eventHours = (await readEventHours(connection, [tile.local])).get(tile.local);
        const options = redFileOptions(String(found.getRows()[0]?.[0]), tile, eventHours);
        // DuckDB preserves the order.
        await connection.run(
          `COPY (SELECT * REPLACE (kept_line(line) AS line) FROM ${rows}) TO ${literal(file)} (${options})`,
        );
      }),

    difference: (tile, copy, people) =>
      withDatabase(async (connection) => {
        await createKeptLine(connection, people);
        const rows = await countOf(connection, `SELECT count(*) FROM ${rowsOf(copy)}`);
        if (rows !== Number(tile.to - tile.from)) return `it has ${rows} rows instead of ${tile.to - tile.from}`;
        const others = await countOf(
          connection,
          `SELECT count(*) FROM (SELECT * REPLACE (kept_line(line) AS line) FROM ${numbered(tile.local)}) AS wanted
          FULL JOIN ${numbered(copy)} AS found USING (file_row_number)
          WHERE wanted IS DISTINCT FROM found OR found.kafka_offset <> ${tile.from} + file_row_number`,
        );
        if (others > 0) return `${others} of its rows are not the redacted ones`;
        const left = await countOf(connection, `SELECT count(*) FROM ${rowsOf(copy)} WHERE kept_line(line) <> line`);
        return left === 0 ? undefined : `${left} of its rows still tell of the user`;
      }),
  };
}

const rowsOf = (file: string): string => `read_parquet(${literal(file)}, hive_partitioning = false)`;
const numbered = (file: string): string =>
  `read_parquet(${literal(file)}, file_row_number = true, hive_partitioning = false)`;

async function countOf(connection: DuckDBConnection, sql: string): Promise<number> {
  return Number((await connection.runAndReadAll(sql)).getRows()[0]?.[0]);
}
