import { createDatabases } from '../../../activities/duckdb/database.ts';
import { literal } from '../../../activities/duckdb/literal.ts';
import { DERIVED_VIEWS } from '../../../activities/query/derived.ts';
import { VIDEO_COLUMNS } from '../../../activities/yellow/videos.ts';
import { temporaryDirectory } from '../../integration/red-tiles.ts';
import type { Span } from '../../day/spans.ts';
import type { CoverageRecord } from './reference.ts';

/** A database with the views over tables that a test fills. Times are milliseconds since {@link ZERO_MS}. */
export interface ViewsOverTables {
  fillCoverage(records: readonly CoverageRecord[], fills?: readonly Fill[]): Promise<void>;
  run(sql: string): Promise<unknown[][]>;
}

/** A part of a gap whose lines were fetched. */
export interface Fill extends Span {
  channelLogin: string;
}

export const ZERO_MS = Date.UTC(2026, 10, 25, 12);

export const at = (ms: number): string => `make_timestamptz(${(ZERO_MS + ms) * 1000})`;

/** Runs `work` with the views over empty tables `coverage`, `streams` and `days.videos`. */
export async function withViews(work: (views: ViewsOverTables) => Promise<void>): Promise<void> {
  const { path, remove } = await temporaryDirectory('views');
  const withDatabase = createDatabases({ memoryLimitMb: 256, threads: 1, scratchDirectory: path });
  try {
    await withDatabase(async (connection) => {
      const run = async (sql: string): Promise<unknown[][]> => (await connection.runAndReadAll(sql)).getRowsJson();
      await run(
        'CREATE TABLE coverage (kind VARCHAR, collector VARCHAR, channel_id VARCHAR, channel_login VARCHAR, happened_at TIMESTAMPTZ, reason VARCHAR, filled_until TIMESTAMPTZ)',
      );
      await run(
        'CREATE TABLE streams (polled_at TIMESTAMPTZ, stream_id VARCHAR, channel_id VARCHAR, channel_login VARCHAR, channel_name VARCHAR, game_id VARCHAR, game_name VARCHAR, title VARCHAR, viewer_count BIGINT, language VARCHAR, started_at TIMESTAMPTZ)',
      );
      await run(`CREATE SCHEMA days; CREATE TABLE days.videos (${VIDEO_COLUMNS})`);
      for (const { name, sql } of DERIVED_VIEWS) await run(`CREATE VIEW ${name} AS ${sql}`);
      await work({
        run,
        async fillCoverage(records, fills = []) {
          await run('TRUNCATE coverage');
          const text = (value: string | null | undefined): string =>
            value === null || value === undefined ? 'NULL' : literal(value);
          const rows = records.map(
            ({ kind, collector, channelLogin, atMs, reason }) =>
              `(${text(kind)}, ${text(collector)}, ${text(channelLogin && `id-${channelLogin}`)}, ${text(channelLogin)}, ${at(atMs)}, ${text(reason)}, NULL)`,
          );
          for (const { channelLogin, fromMs, toMs } of fills)
            rows.push(
              `('fill', 'import-fill', ${text(`id-${channelLogin}`)}, ${text(channelLogin)}, ${at(fromMs)}, NULL, ${at(toMs)})`,
            );
          if (rows.length > 0) await run(`INSERT INTO coverage VALUES ${rows.join(', ')}`);
        },
      });
    });
  } finally {
    await remove();
  }
}
