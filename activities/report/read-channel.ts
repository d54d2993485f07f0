import type { DuckDBConnection } from '@duckdb/node-api';
import { channelFigures } from '../../viz/channel/channel-figures.ts';
import { CHANNEL_PARTS } from '../../viz/channel/channel-data.ts';
import type { ChannelData } from '../../viz/channel/channel-data.ts';
import { CHANNEL } from '../../viz/queries.ts';
import { NAMING_TABLES } from '../../viz/tables/channel/index.ts';
import { select } from '../duckdb/select.ts';
import { findChannelTimes } from './channel-times.ts';
import { readParts } from './read-parts.ts';

/**
 * Asks the rollups, which must be limited to the channel.
 * @param showChatters whether people may be named. If not, their names are not asked.
 */
export async function readChannel(
  connection: DuckDBConnection,
  channelId: string,
  showChatters: boolean,
): Promise<ChannelData> {
  await findChannelTimes(connection, channelId);
  return {
    channelId,
    figures: channelFigures.array().parse(await select(connection, CHANNEL, {})),
    rows: await readParts(connection, CHANNEL_PARTS),
    naming: showChatters ? await readParts(connection, NAMING_TABLES) : undefined,
  };
}
