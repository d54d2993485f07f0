import { CHANNEL_CHARTS } from '../charts/channel/index.ts';
import type { RowsOf } from '../parts.ts';
import { CHANNEL_TABLES } from '../tables/channel/index.ts';
import type { NAMING_TABLES } from '../tables/channel/index.ts';
import type { ChannelFigures } from './channel-figures.ts';

/** The parts of a channel's page that have a query. */
export const CHANNEL_PARTS = { ...CHANNEL_CHARTS, ...CHANNEL_TABLES };

/** The data of a channel's page. */
export interface ChannelData {
  channelId: string;
  /** A row for each period. */
  figures: ChannelFigures[];
  rows: RowsOf<typeof CHANNEL_PARTS>;
  /** Undefined if people may not be named. */
  naming?: RowsOf<typeof NAMING_TABLES> | undefined;
}
