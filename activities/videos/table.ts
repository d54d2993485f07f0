import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Log } from '../../common/log.ts';
import { dayOf, hourOf } from '../../workflows/hour.ts';
import type { Day } from '../../workflows/hour.ts';
import type { WithDatabase } from '../duckdb/database.ts';
import { literal } from '../duckdb/literal.ts';
import { fenceOthers } from '../hdfs/fence.ts';
import type { Hdfs } from '../hdfs/hdfs.ts';
import { parentOf } from '../hdfs/paths.ts';
import { mkdirsSafely, removeSafely, replaceSafely } from '../hdfs/safe-changes.ts';
import type { Video } from '../twitch/video.external.ts';
import { VIDEO_COLUMNS, videosPath } from '../yellow/videos.ts';
import { createYellowView } from '../yellow/views.ts';

export interface TableDeps {
  hdfs: Hdfs;
  root: string;
  withDatabase: WithDatabase;
  scratchDirectory: string;
  log: Log;
}

/** `yellow/videos`, for one round. */
export interface VideoTable {
  /**
   * Adds the videos to the days in which they began. A video that is known gets the new values; where Helix tells nothing, the old ones stay.
   * A video that Twitch has deleted stays, too. A day without news keeps its file.
   * @returns the days that were written
   */
  merge(videos: Iterable<Video>, foundAtMs: number, signal: AbortSignal): Promise<Day[]>;
  /** Call it after a round that has succeeded. What another one leaves is removed by the next. */
  close(): Promise<void>;
}

/** Holds one directory per round: `<root>/yellow/.videos`. */
const roundsDirectory = (root: string): string => `${root}/yellow/.videos`;

/**
 * Opens the table for a round. Other rounds cannot write any more: they would put back what they have read before. Each file is replaced
 * atomically, so a crash leaves each day as it was or as it will be, and the next round finds the rest again.
 */
export async function openVideoTable(deps: TableDeps): Promise<VideoTable> {
  const { hdfs, root, scratchDirectory, log } = deps;
  const roundDirectory = await fenceOthers(hdfs, roundsDirectory(root), 'round');

  async function mergeDay(day: Day, videos: readonly Video[], foundAtMs: number): Promise<boolean> {
    const path = videosPath(root, day);
    const [old, found, merged] = ['old.parquet', 'found.ndjson', 'merged.parquet'].map((name) =>
      join(scratchDirectory, `${crypto.randomUUID()}-${name}`),
    ) as [string, string, string];
    try {
      const exists = (await hdfs.status(path)) !== undefined;
      if (exists) await hdfs.download(path, old);
      await writeFile(found, videos.map((video) => `${JSON.stringify(video)}\n`).join(''), { mode: 0o600 });
      const isNews = await writeMerged(deps.withDatabase, { old: exists ? [old] : [], found, merged, foundAtMs });
      if (!isNews) return false;
      const uploaded = `${roundDirectory}/${day}.parquet`;
      await hdfs.upload(merged, uploaded, { createParent: false });
      await mkdirsSafely(hdfs, parentOf(path));
      await replaceSafely(hdfs, uploaded, path);
      return true;
    } catch (error) {
      if (!(error instanceof DamagedTable)) throw error;
      log.error('a file of yellow/videos cannot be read and stays as it is; restore it from a copy, or remove it', {
        path,
        reason: error.message,
      });
      return false;
    } finally {
      await Promise.all([old, found, merged].map((file) => rm(file, { force: true })));
    }
  }

  return {
    async merge(videos, foundAtMs, signal) {
      const written: Day[] = [];
      for (const [day, ofDay] of Map.groupBy(videos, ({ beganAtMs }) => dayOf(hourOf(beganAtMs)))) {
        signal.throwIfAborted();
        if (await mergeDay(day, ofDay, foundAtMs)) written.push(day);
      }
      return written.sort();
    },
    close: () => removeSafely(hdfs, roundDirectory),
  };
}

class DamagedTable extends Error {}

/** Writes the old rows with the found ones. @returns whether anything has changed. @throws DamagedTable if the old file cannot be read */
async function writeMerged(
  withDatabase: WithDatabase,
  files: { old: string[]; found: string; merged: string; foundAtMs: number },
): Promise<boolean> {
  return withDatabase(async (connection) => {
    await readOld(connection, files.old);
    await connection.run(`
      CREATE TEMP TABLE found AS
      SELECT
        videoId AS video_id, streamId AS stream_id, channelId AS channel_id, channelLogin AS channel_login,
        make_timestamptz(beganAtMs * 1000) AS began_at, durationSeconds AS duration_seconds, title
      FROM read_json(${literal(files.found)}, format = 'newline_delimited', columns = {
        videoId: 'VARCHAR', streamId: 'VARCHAR', channelId: 'VARCHAR', channelLogin: 'VARCHAR', beganAtMs: 'BIGINT',
        durationSeconds: 'BIGINT', title: 'VARCHAR'})`);
    await connection.run(MERGE_SQL.replace('$foundAt', `make_timestamptz(${files.foundAtMs * 1000}::BIGINT)`));
    const news = await connection.runAndReadAll('SELECT count(*) FROM (FROM merged EXCEPT FROM known)');
    if (Number(news.value(0, 0)) === 0) return false;
    await connection.run(
      `COPY (FROM merged ORDER BY channel_id, began_at, video_id) TO ${literal(files.merged)} (FORMAT parquet, COMPRESSION zstd)`,
    );
    return true;
  });
}

async function readOld(connection: DuckDBConnection, files: string[]): Promise<void> {
  try {
    const columns = VIDEO_COLUMNS;
    const local = files.map((path) => ({ path, hour: '' }));
    await createYellowView(connection, { name: 'old', table: 'videos', columns, files: local });
    const names = columns.match(/\b[a-z_]+\b/g) ?? [];
    await connection.run(`CREATE TEMP TABLE known AS SELECT ${names.join(', ')} FROM old`);
  } catch (error) {
    if (files.length === 0) throw error;
    throw new DamagedTable(String(error));
  }
}

/** `found_at` is when a video was first found. */
const MERGE_SQL = `
  CREATE TEMP TABLE merged AS
  SELECT
    video_id,
    coalesce(found.stream_id, known.stream_id) AS stream_id,
    coalesce(found.channel_id, known.channel_id) AS channel_id,
    coalesce(found.channel_login, known.channel_login) AS channel_login,
    coalesce(found.began_at, known.began_at) AS began_at,
    coalesce(found.duration_seconds, known.duration_seconds) AS duration_seconds,
    coalesce(found.title, known.title) AS title,
    coalesce(known.found_at, $foundAt) AS found_at
  FROM known FULL JOIN found USING (video_id)`;
