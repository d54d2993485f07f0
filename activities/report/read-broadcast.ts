import type { DuckDBConnection } from '@duckdb/node-api';
import { BROADCAST_PARTS } from '../../viz/broadcast/broadcast-data.ts';
import type { BroadcastData } from '../../viz/broadcast/broadcast-data.ts';
import { broadcastSummary } from '../../viz/broadcast/broadcast-summary.ts';
import type { Vod } from '../../viz/broadcast/vod.ts';
import { BROADCAST } from '../../viz/queries.ts';
import { select } from '../duckdb/select.ts';
import { readParts } from './read-parts.ts';

/** Asks the rollups, which must be limited to the broadcast. */
export async function readBroadcast(connection: DuckDBConnection, vod: Vod | undefined): Promise<BroadcastData> {
  const [summary] = await select(connection, BROADCAST, {});
  return { summary: broadcastSummary.parse(summary), rows: await readParts(connection, BROADCAST_PARTS), vod };
}
