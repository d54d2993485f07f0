import { channelBroadcasts } from '../broadcasts.ts';
import { channelCategories } from './categories.ts';
import { channelGaps } from './gaps.ts';
import { happenings } from './happenings.ts';
import { channelEmotes, channelWords } from './terms.ts';
import { topChatters } from './top-chatters.ts';

/** The tables of a channel's page. */
export const CHANNEL_TABLES = {
  channelCategories,
  channelWords,
  channelEmotes,
  happenings,
  channelGaps,
  channelBroadcasts,
};

/** Those that name people. */
export const NAMING_TABLES = { topChatters };
