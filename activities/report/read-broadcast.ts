import type { DuckDBConnection } from '@duckdb/node-api';
import { BROADCAST_PARTS } from '../../viz/broadcast/broadcast-data.ts';
import type { BroadcastData } from '../../viz/broadcast/broadcast-data.ts';
import { broadcastSummary } from '../../viz/broadcast/broadcast-summary.ts';
import { vod } from '../../viz/broadcast/vod.ts';
import { BROADCAST, BROADCAST_VIDEO } from '../../viz/queries.ts';
import { select } from '../duckdb/select.ts';
import { readParts } from './read-parts.ts';

/** Asks the rollups, which must be limited to the broadcast. */
export async function readBroadcast(connection: DuckDBConnection): Promise<BroadcastData> {
  const [summary] = await select(connection, BROADCAST, {});
  const [video] = vod.array().parse(await select(connection, BROADCAST_VIDEO, {}));
  return { summary: broadcastSummary.parse(summary), rows: await readParts(connection, BROADCAST_PARTS), vod: video };
}
