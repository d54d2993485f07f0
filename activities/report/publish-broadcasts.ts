import type { DuckDBConnection } from '@duckdb/node-api';
import { BROADCAST_CHARTS } from '../../viz/charts/broadcast/index.ts';
import { broadcastPath } from '../../viz/pages/links.ts';
import { broadcastPage } from '../../viz/pages/broadcast-page.ts';
import { literal } from '../duckdb/literal.ts';
import { limitToBroadcast } from './broadcast-scope.ts';
import { chartFiles } from './chart-files.ts';
import { readBroadcast } from './read-broadcast.ts';
import { STORE } from './rollup-store.ts';
import { publishPages } from './site.ts';
import type { Publication } from './site.ts';

/**
 * Publishes the pages of the broadcasts of a channel that have changed since then, the newest first. A broadcast without any message has no page; one
 * whose chat was removed keeps what it had.
 */
export async function publishBroadcasts(publication: Publication, _channel: string, since: Date): Promise<void> {
  const { connection, site, scratchDirectory, signal } = publication;
  for (const streamId of await changedBroadcasts(connection, since)) {
    const path = broadcastPath(streamId);
    await limitToBroadcast(connection, streamId);
    const data = await readBroadcast(connection);
    const files = await chartFiles(connection, BROADCAST_CHARTS, data.rows, scratchDirectory);
    // A cancelled attempt must not overwrite a newer page.
    signal.throwIfAborted();
    await publishPages(site, path, files, (edition) => broadcastPage(data, edition));
    site.pages.add(path);
  }
}

/** The hour after a broadcast tells that it is not live any more. */
async function changedBroadcasts(connection: DuckDBConnection, since: Date): Promise<string[]> {
  const found = await connection.runAndReadAll(`
    WITH spans AS (
      SELECT stream_id, channel, began_at, strftime(began_at, '%Y-%m-%dT%H') AS first_hour, strftime(ended_at - INTERVAL 1 SECOND, '%Y-%m-%dT%H') AS last_hour,
        strftime(ended_at + INTERVAL 1 HOUR, '%Y-%m-%dT%H') AS hour_after
      FROM broadcasts
    ),
    changed AS (SELECT hour FROM ${STORE}.hours WHERE changed_at >= ${literal(since.toISOString())}::TIMESTAMPTZ)
    SELECT stream_id FROM spans
    SEMI JOIN ${STORE}.channel_hours AS said ON said.channel = spans.channel AND said.hour BETWEEN first_hour AND last_hour
    WHERE EXISTS (FROM changed WHERE hour BETWEEN first_hour AND hour_after)
      OR EXISTS (FROM videos WHERE videos.stream_id = spans.stream_id AND found_at >= ${literal(since.toISOString())}::TIMESTAMPTZ)
    ORDER BY began_at DESC, stream_id`);
  return (found.getRowsJson() as [string][]).map(([streamId]) => streamId);
}
