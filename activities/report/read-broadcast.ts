import type { DuckDBConnection } from '@duckdb/node-api';
import { BROADCAST_PARTS } from '../../viz/broadcast/broadcast-data.ts';
import type { BroadcastData, BroadcastRows } from '../../viz/broadcast/broadcast-data.ts';
import { broadcastSummary } from '../../viz/broadcast/broadcast-summary.ts';
import type { Vod } from '../../viz/broadcast/vod.ts';
import { BROADCAST } from '../../viz/queries.ts';
import { select } from '../duckdb/select.ts';

/** Asks rollups that are limited to a broadcast. */
export async function readBroadcast(connection: DuckDBConnection, vod: Vod | undefined): Promise<BroadcastData> {
  const [summary] = await select(connection, BROADCAST, {});
  const rows: Record<string, unknown[]> = {};
  for (const [name, { sql, shape }] of Object.entries(BROADCAST_PARTS))
    rows[name] = shape.array().parse(await select(connection, sql, {}));
  return { summary: broadcastSummary.parse(summary), rows: rows as BroadcastRows, vod };
}
