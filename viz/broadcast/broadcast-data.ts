import type { z } from 'zod';
import { BROADCAST_CHARTS } from '../charts/broadcast/index.ts';
import { BROADCAST_TABLES } from '../tables/broadcast/index.ts';
import type { BroadcastSummary } from './broadcast-summary.ts';
import { moments } from './moments.ts';
import type { Vod } from './vod.ts';

/** The parts of a broadcast's page that have a query. */
export const BROADCAST_PARTS = { ...BROADCAST_CHARTS, ...BROADCAST_TABLES, moments };

/** The rows of each part, by name. */
export type BroadcastRows = {
  [Name in keyof typeof BROADCAST_PARTS]: z.infer<(typeof BROADCAST_PARTS)[Name]['shape']>[];
};

/** The data of a broadcast's page. */
export interface BroadcastData {
  summary: BroadcastSummary;
  rows: BroadcastRows;
  /** Twitch's recording, if it is known. */
  vod: Vod | undefined;
}
