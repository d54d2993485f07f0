import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { WithDatabase } from '../duckdb/database.ts';
import { literal } from '../duckdb/literal.ts';
import type { People } from '../opt-out/redact-line.ts';
import type { Hour } from '../../workflows/hour.ts';
import { hourNumber } from './hour-number.ts';
import type { TableVersion } from './manifest.ts';
import { measure } from './measure.ts';
import { createRedViews } from './red-views.ts';
import { CHAT_SQL, LINES_SQL } from './sql-text.ts';

/** The parsed lines of one hour of yellow in some tiles, as two local files: every copy of every message, and all other lines. */
export interface Piece {
  directory: string;
  /** Local copies of the tiles. */
  tiles: readonly string[];
  /** All copies of messages. */
  copies: TableVersion;
}

export const copiesFile = ({ directory }: Pick<Piece, 'directory'>): string => join(directory, 'chat-copies.parquet');
export const otherLinesFile = ({ directory }: Pick<Piece, 'directory'>): string =>
  join(directory, 'other-lines.parquet');

/** Local copies of tiles, of all offsets or, of one tile, of those from `from` to `to`, which is not included. */
export interface PieceOfRed {
  tiles: readonly string[];
  offsets?: { from: bigint; to: bigint };
}

/** Parses the lines of an hour in some tiles. `people` opted out: of them nothing is kept. */
export type ParsePiece = (hour: Hour, red: PieceOfRed, people: People | undefined, directory: string) => Promise<Piece>;

export function createPieceParser(withDatabase: WithDatabase): ParsePiece {
  return (hour, red, people, directory) =>
    withDatabase((connection) => parsePiece(connection, hour, red, people, directory));
}

export async function parsePiece(
  connection: DuckDBConnection,
  hour: Hour,
  red: PieceOfRed,
  people: People | undefined,
  directory: string,
): Promise<Piece> {
  const { tiles, offsets } = red;
  // Messages are sorted, so the order in which rows come does not matter; keeping it would take memory.
  await connection.run('SET preserve_insertion_order = false');
  await createRedViews(connection, { chat: [...tiles], offsets, coverage: [], streams: [], optOut: people, hour });
  await connection.run(`SET VARIABLE event_hour = ${hourNumber(hour)}::BIGINT`);
  await connection.run(LINES_SQL);
  await connection.run(CHAT_SQL);
  await copyTo(connection, 'FROM parsed_other_lines', otherLinesFile({ directory }));
  await copyTo(connection, 'FROM chat_copies', copiesFile({ directory }));
  return { directory, tiles, copies: await measure(connection, copiesFile({ directory })) };
}

/**
 * Writes the rows of a query to a Parquet file. Ids and texts differ in nearly every row: a larger dictionary costs time and bytes.
 * @returns how many
 */
export async function copyTo(connection: DuckDBConnection, query: string, file: string): Promise<number> {
  const copied = await connection.runAndReadAll(
    `COPY (${query}) TO ${literal(file)} (FORMAT parquet, COMPRESSION zstd, DICTIONARY_SIZE_LIMIT 10000)`,
  );
  return Number(copied.value(0, 0));
}
