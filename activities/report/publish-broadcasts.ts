import type { DuckDBConnection } from '@duckdb/node-api';
import type { Vod } from '../../viz/broadcast/vod.ts';
import { BROADCAST_CHARTS } from '../../viz/charts/broadcast/index.ts';
import { broadcastPath } from '../../viz/pages/broadcast-link.ts';
import { broadcastPage } from '../../viz/pages/broadcast-page.ts';
import { literal } from '../duckdb/literal.ts';
import { findBroadcasts, limitToBroadcast } from './broadcast-scope.ts';
import { chartFiles } from './chart-files.ts';
import { readBroadcast } from './read-broadcast.ts';
import { STORE } from './rollup-store.ts';
import { publishPages } from './site.ts';
import type { Publication } from './site.ts';

/** Of one publish. The others come with the next ones. */
const MOST_PAGES = 200;

/**
 * Publishes the pages of broadcasts whose hours have changed since, and of new ones: first those that have waited longest. A broadcast without any
 * message has no page; one whose chat was removed keeps what it had.
 * @param vodOf the recording of a stream
 * @returns the number of pages
 */
export async function publishBroadcasts(
  publication: Publication,
  vodOf: (streamId: string) => Vod | undefined = () => undefined,
): Promise<number> {
  const { connection, site, scratchDirectory, publishedAt, signal } = publication;
  await findBroadcasts(connection);
  const due = await dueBroadcasts(connection);
  for (const streamId of due) {
    signal.throwIfAborted();
    await limitToBroadcast(connection, streamId);
    const data = await readBroadcast(connection, vodOf(streamId));
    const files = await chartFiles(connection, BROADCAST_CHARTS, data.rows, scratchDirectory);
    const path = pathOf(streamId);
    await publishPages(site, path, files, (edition) => broadcastPage(data, edition));
    const values = `${literal(path)}, ${literal(publishedAt.toISOString())}::TIMESTAMPTZ`;
    await connection.run(`INSERT OR REPLACE INTO ${STORE}.pages VALUES (${values})`);
  }
  return due.length;
}

const pathOf = (streamId: string): string => broadcastPath(streamId) ?? '';

/** The hour after a broadcast tells that it is not live any more. */
async function dueBroadcasts(connection: DuckDBConnection): Promise<string[]> {
  const found = await connection.runAndReadAll(`
    WITH spans AS (
      SELECT stream_id, channel, began_at, strftime(began_at, '%Y-%m-%dT%H') AS first_hour, strftime(ended_at - INTERVAL 1 SECOND, '%Y-%m-%dT%H') AS last_hour,
        strftime(ended_at + INTERVAL 1 HOUR, '%Y-%m-%dT%H') AS hour_after
      FROM broadcasts
    ),
    said AS (
      SELECT DISTINCT stream_id FROM spans JOIN ${STORE}.channel_hours USING (channel) WHERE hour BETWEEN first_hour AND last_hour
    ),
    changes AS (
      SELECT stream_id, max(changed_at) AS changed_at
      FROM spans JOIN ${STORE}.hours ON hours.hour BETWEEN first_hour AND hour_after GROUP BY stream_id
    )
    SELECT stream_id
    FROM spans SEMI JOIN said USING (stream_id) JOIN changes USING (stream_id)
    LEFT JOIN ${STORE}.pages ON pages.path = concat('broadcasts/', stream_id, '/')
    WHERE published_at IS NULL OR published_at < changed_at
    ORDER BY published_at NULLS FIRST, began_at DESC, stream_id LIMIT ${MOST_PAGES}`);
  return found.getRowObjectsJS().map(({ stream_id }) => stream_id as string);
}
