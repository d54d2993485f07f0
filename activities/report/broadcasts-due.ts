import type { DuckDBConnection } from '@duckdb/node-api';
import { literal, literals } from '../duckdb/literal.ts';
import { STORE } from './rollup-store.ts';
import { limitToSite } from './scope.ts';

/** A broadcast whose pages are to be made. */
export interface BroadcastDue {
  channel: string;
  streamId: string;
}

/**
 * The broadcasts that have changed since then, and those that were left by earlier publishes, the newest first. One without any message has no page, and one
 * whose chat was removed keeps what it had. The hour after a broadcast tells that it is not live any more.
 */
export async function broadcastsDue(connection: DuckDBConnection, since: Date): Promise<BroadcastDue[]> {
  await limitToSite(connection);
  const from = `${literal(since.toISOString())}::TIMESTAMPTZ`;
  const found = await connection.runAndReadAll(`
    WITH spans AS (
      SELECT stream_id, channel, began_at, strftime(began_at, '%Y-%m-%dT%H') AS first_hour, strftime(ended_at - INTERVAL 1 SECOND, '%Y-%m-%dT%H') AS last_hour,
        strftime(ended_at + INTERVAL 1 HOUR, '%Y-%m-%dT%H') AS hour_after
      FROM broadcasts
    ),
    changed AS (SELECT hour FROM ${STORE}.hours WHERE changed_at >= ${from})
    SELECT channel, stream_id FROM spans
    SEMI JOIN ${STORE}.channel_hours AS said ON said.channel = spans.channel AND said.hour BETWEEN first_hour AND last_hour
    WHERE regexp_full_match(spans.channel, '[0-9]{1,20}') AND (
      EXISTS (FROM changed WHERE hour BETWEEN first_hour AND hour_after)
      OR EXISTS (FROM videos WHERE videos.stream_id = spans.stream_id AND found_at >= ${from})
      OR stream_id IN (FROM ${STORE}.broadcasts_left)
    )
    ORDER BY began_at DESC, stream_id`);
  return (found.getRowsJson() as [string, string][]).map(([channel, streamId]) => ({ channel, streamId }));
}

/** Notes the broadcasts that the next publish goes on with. */
export async function leaveBroadcasts(connection: DuckDBConnection, left: readonly BroadcastDue[]): Promise<void> {
  const ids = literals(left.map(({ streamId }) => streamId));
  await connection.run(
    `CREATE OR REPLACE TABLE ${STORE}.broadcasts_left AS SELECT unnest(${ids}::VARCHAR[]) AS stream_id`,
  );
}
