import { SearchAttributeType, defineSearchAttributeKey } from '@temporalio/common';

/** The channel's login, by which people find a chat in Temporal's web UI: `ChannelLogin = "haneul"`. */
export const CHANNEL_LOGIN = defineSearchAttributeKey('ChannelLogin', SearchAttributeType.KEYWORD);

/** Set by Temporal: the time for which a Schedule started the workflow. */
export const SCHEDULED_START_TIME = defineSearchAttributeKey(
  'TemporalScheduledStartTime',
  SearchAttributeType.DATETIME,
);
