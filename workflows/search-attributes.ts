import { SearchAttributeType, defineSearchAttributeKey } from '@temporalio/common';

/** Finds a chat in Temporal's web UI: `ChannelLogin = "haneul"`. */
export const CHANNEL_LOGIN = defineSearchAttributeKey('ChannelLogin', SearchAttributeType.KEYWORD);

/** Set by Temporal: the scheduled time of a workflow that a Schedule started. */
export const SCHEDULED_START_TIME = defineSearchAttributeKey(
  'TemporalScheduledStartTime',
  SearchAttributeType.DATETIME,
);
