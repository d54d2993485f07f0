import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WithDatabase } from '../duckdb/database.ts';
import { literal } from '../duckdb/literal.ts';
import type { FileStatus, Hdfs } from '../hdfs/hdfs.ts';
import { baseName } from '../hdfs/paths.ts';
import { placeFile } from '../hdfs/placing.ts';
import type { Hour } from '../../workflows/hour.ts';

/** The directory of the polls of a day: `<root>/red/streams/date=2026-11-25`. */
const dayDirectory = (root: string, day: string): string => `${root}/red/streams/date=${day}`;

/** The file of a poll, `poll-2026-11-25T14-03-07-123Z.parquet`: HDFS allows no colon in a name. */
const pollFile = (polledAt: Date): string => `poll-${polledAt.toISOString().replaceAll(/[:.]/g, '-')}.parquet`;

/**
 * The fields that `GET /streams` is known to send, typed; `raw` keeps the whole object as it came, so every field is in red.
 * @param json local file with the streams as a JSON array
 */
const selectPoll = (polledAt: Date, json: string): string => `
  SELECT
    make_timestamptz(${polledAt.getTime() * 1000}::BIGINT) AS polled_at, stream ->> 'id' AS id, stream ->> 'user_id' AS user_id,
    stream ->> 'user_login' AS user_login, stream ->> 'user_name' AS user_name, stream ->> 'game_id' AS game_id,
    stream ->> 'game_name' AS game_name, stream ->> 'type' AS type, stream ->> 'title' AS title,
    TRY_CAST(stream -> 'tags' AS VARCHAR[]) AS tags, TRY_CAST(stream ->> 'viewer_count' AS BIGINT) AS viewer_count,
    stream ->> 'started_at' AS started_at, stream ->> 'language' AS language, stream ->> 'thumbnail_url' AS thumbnail_url,
    TRY_CAST(stream -> 'tag_ids' AS VARCHAR[]) AS tag_ids, TRY_CAST(stream ->> 'is_mature' AS BOOLEAN) AS is_mature,
    stream::VARCHAR AS raw
  FROM (SELECT unnest(CAST((SELECT content FROM read_text(${literal(json)})) AS JSON[])) AS stream)`;

/**
 * Writes one poll to `red/streams`: uploaded beside, checked, then renamed, so that a poll that is listed is whole. `streams` are the
 * objects as Helix sent them. Gives the path.
 */
export function createPollWriter(deps: {
  hdfs: Hdfs;
  root: string;
  withDatabase: WithDatabase;
  scratchDirectory: string;
}) {
  const { hdfs, root, withDatabase, scratchDirectory } = deps;
  return async (streams: Record<string, unknown>[], polledAt: Date): Promise<string> => {
    const local = join(scratchDirectory, `${crypto.randomUUID()}.parquet`);
    const json = `${local}.json`;
    try {
      await writeFile(json, JSON.stringify(streams));
      await withDatabase((connection) =>
        connection.run(`COPY (${selectPoll(polledAt, json)}) TO ${literal(local)} (FORMAT parquet, COMPRESSION zstd)`),
      );
      const path = `${dayDirectory(root, polledAt.toISOString().slice(0, 10))}/${pollFile(polledAt)}`;
      await placeFile(hdfs, root, local, path);
      return path;
    } finally {
      await rm(local, { force: true });
      await rm(json, { force: true });
    }
  };
}

/** The polls of one hour, oldest first. */
export async function listPolls(hdfs: Hdfs, root: string, hour: Hour): Promise<FileStatus[]> {
  const polls = await hdfs.list(dayDirectory(root, hour.slice(0, 10)));
  return polls.filter((file) => baseName(file.path).startsWith(`poll-${hour}`));
}
