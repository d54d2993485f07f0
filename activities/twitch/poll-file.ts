import { open, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { WithDatabase } from '../duckdb/database.ts';
import { literal } from '../duckdb/literal.ts';
import type { Hdfs } from '../hdfs/hdfs.ts';
import { placeFile } from '../hdfs/placing.ts';
import { pollPath } from '../red/polls.ts';
import type { PollRow } from './poll-row.ts';

/** A poll in red. */
interface StoredPoll {
  path: string;
  /** Each channel counts once, even with two stream ids. */
  channels: number;
}

/** A poll that is being written. It is not in red before {@link PollFile.store}. */
export interface PollFile {
  add(rows: PollRow[]): Promise<void>;
  /** Writes the poll to red. Returns null if it has no rows. */
  store(): Promise<StoredPoll | null>;
  /** Removes the local files. Also call it after {@link store}. */
  close(): Promise<void>;
}

/** The columns of `red/streams` after `polled_at`, in the order of the file. */
const COLUMNS: Record<keyof PollRow, string> = {
  id: 'VARCHAR',
  user_id: 'VARCHAR',
  user_login: 'VARCHAR',
  user_name: 'VARCHAR',
  game_id: 'VARCHAR',
  game_name: 'VARCHAR',
  type: 'VARCHAR',
  title: 'VARCHAR',
  tags: 'VARCHAR[]',
  viewer_count: 'BIGINT',
  started_at: 'VARCHAR',
  language: 'VARCHAR',
  thumbnail_url: 'VARCHAR',
  tag_ids: 'VARCHAR[]',
  is_mature: 'BOOLEAN',
  raw: 'VARCHAR',
};

/** Rows that DuckDB keeps in memory until it writes them. */
const ROW_GROUP = 8_192;

/**
 * @param file a local file with one JSON row per line
 * @param longestBytes the length of the longest line: DuckDB allocates twice that
 */
function selectPoll(polledAt: Date, file: string, longestBytes: number): string {
  const columns = Object.entries(COLUMNS).map(([name, type]) => `${name}: '${type}'`);
  return `
    SELECT make_timestamptz(${polledAt.getTime() * 1000}::BIGINT) AS polled_at, *
    FROM read_json(${literal(file)}, format = 'newline_delimited', columns = {${columns.join(', ')}},
      maximum_object_size = ${longestBytes + 1024})`;
}

/**
 * Creates polls for `red/streams`. Rows are written to a local file as they arrive, so a poll of all of Twitch needs no more memory than a
 * page. The file is uploaded to a temporary name, checked and renamed, so a poll with its final name is complete.
 */
export function createPollFiles(deps: {
  hdfs: Hdfs;
  root: string;
  withDatabase: WithDatabase;
  scratchDirectory: string;
}): (polledAt: Date) => Promise<PollFile> {
  const { hdfs, root, withDatabase, scratchDirectory } = deps;
  return async (polledAt) => {
    const local = join(scratchDirectory, `${crypto.randomUUID()}.parquet`);
    const lines = `${local}.ndjson`;
    let rows = 0;
    let longestBytes = 0;
    let file: FileHandle | undefined = await open(lines, 'wx', 0o600);

    async function closeLines(): Promise<void> {
      const closing = file;
      file = undefined;
      await closing?.close();
    }

    return {
      async add(added) {
        rows += added.length;
        for (const row of added) {
          const bytes = Buffer.from(`${JSON.stringify(row)}\n`);
          longestBytes = Math.max(longestBytes, bytes.length);
          await file?.writeFile(bytes);
        }
      },
      async store() {
        await closeLines();
        if (rows === 0) return null;
        const channels = await withDatabase((connection) =>
          writeParquet(connection, polledAt, lines, longestBytes, local),
        );
        const path = pollPath(root, polledAt);
        await placeFile(hdfs, root, local, path);
        return { path, channels };
      },
      async close() {
        await closeLines();
        await Promise.all([lines, local].map((path) => rm(path, { force: true })));
      },
    };
  };
}

/** Writes the rows to a Parquet file, and counts their channels. */
async function writeParquet(
  connection: DuckDBConnection,
  polledAt: Date,
  lines: string,
  longestBytes: number,
  local: string,
): Promise<number> {
  await connection.run(
    `COPY (${selectPoll(polledAt, lines, longestBytes)}) TO ${literal(local)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${ROW_GROUP})`,
  );
  const counted = await connection.runAndReadAll(`SELECT count(DISTINCT user_id) FROM ${literal(local)}`);
  return Number(counted.getRows()[0]?.[0] ?? 0);
}
