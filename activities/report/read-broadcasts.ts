import type { DuckDBConnection } from '@duckdb/node-api';
import { BROADCAST_PARTS } from '../../viz/broadcast/broadcast-data.ts';
import type { BroadcastData } from '../../viz/broadcast/broadcast-data.ts';
import { broadcastSummary } from '../../viz/broadcast/broadcast-summary.ts';
import { vod } from '../../viz/broadcast/vod.ts';
import type { RowsOf } from '../../viz/parts.ts';
import { BROADCAST, BROADCAST_VIDEO } from '../../viz/queries.ts';
import { BROADCAST_GAPS, choosing } from '../../viz/rollups.ts';
import { literal } from '../duckdb/literal.ts';
import { select } from '../duckdb/select.ts';
import { partTable } from './read-parts.ts';

/**
 * Asks for some broadcasts at once: a query for each of them would take most of its time to begin. Their channel must be taken out of
 * the store. The rows stay in a table for each part, with the column `streamId`.
 */
export async function readBroadcasts(
  connection: DuckDBConnection,
  streamIds: readonly string[],
): Promise<BroadcastData[]> {
  await connection.run(choosing(`stream_id IN (${streamIds.map(literal).join(', ')})`));
  // A table, because two parts ask them.
  await connection.run(`CREATE OR REPLACE TEMP TABLE gaps_found AS ${BROADCAST_GAPS}`);
  await connection.run('CREATE OR REPLACE TEMP VIEW broadcast_gaps AS FROM gaps_found');
  const summaries = await byStream(connection, BROADCAST);
  const vods = await byStream(connection, BROADCAST_VIDEO);
  const parts = new Map<string, Map<unknown, Record<string, unknown>[]>>();
  for (const [name, { sql }] of Object.entries(BROADCAST_PARTS)) {
    await connection.run(`CREATE OR REPLACE TEMP TABLE ${partTable(name)} AS ${sql}`);
    parts.set(name, await byStream(connection, `FROM ${partTable(name)}`));
  }
  return streamIds.map((streamId) => {
    const rows = Object.entries(BROADCAST_PARTS).map(([name, { shape }]) => [
      name,
      shape.array().parse(parts.get(name)?.get(streamId) ?? []),
    ]);
    return {
      summary: broadcastSummary.parse(summaries.get(streamId)?.[0]),
      rows: Object.fromEntries(rows) as RowsOf<typeof BROADCAST_PARTS>,
      vod: vod.optional().parse(vods.get(streamId)?.[0]),
    };
  });
}

/** The rows of a query by their `streamId`. */
const byStream = async (connection: DuckDBConnection, sql: string): Promise<Map<unknown, Record<string, unknown>[]>> =>
  Map.groupBy(await select(connection, sql, {}), ({ streamId }) => streamId);
