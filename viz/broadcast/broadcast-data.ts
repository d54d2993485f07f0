import { BROADCAST_CHARTS } from '../charts/broadcast/index.ts';
import type { RowsOf } from '../parts.ts';
import { BROADCAST_TABLES } from '../tables/broadcast/index.ts';
import type { BroadcastSummary } from './broadcast-summary.ts';
import { moments } from './moments.ts';
import type { Vod } from './vod.ts';

/** The parts of a broadcast's page that have a query. */
export const BROADCAST_PARTS = { ...BROADCAST_CHARTS, ...BROADCAST_TABLES, moments };

/** The data of a broadcast's page. */
export interface BroadcastData {
  summary: BroadcastSummary;
  rows: RowsOf<typeof BROADCAST_PARTS>;
  /** Twitch's recording, if it is known. */
  vod: Vod | undefined;
}
