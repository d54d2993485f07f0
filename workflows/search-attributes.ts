import { SearchAttributeType, defineSearchAttributeKey } from '@temporalio/common';

/** The channel's login, by which people find a chat in Temporal's web UI: `ChannelLogin = "haneul"`. */
export const CHANNEL_LOGIN = defineSearchAttributeKey('ChannelLogin', SearchAttributeType.KEYWORD);
