import { SearchAttributeType, defineSearchAttributeKey } from '@temporalio/common';

/** Finds a chat in Temporal's web UI: `ChannelLogin = "haneul"`. */
export const CHANNEL_LOGIN = defineSearchAttributeKey('ChannelLogin', SearchAttributeType.KEYWORD);
/** The category of the stream, by its name. */
export const CATEGORY = defineSearchAttributeKey('Category', SearchAttributeType.KEYWORD);
/** The language of the stream, as Helix has it: `ko`. */
export const LANGUAGE = defineSearchAttributeKey('Language', SearchAttributeType.KEYWORD);
/** Whether the room is heard, or why not: `State != "listening"` finds the chats that need somebody. */
export const STATE = defineSearchAttributeKey('State', SearchAttributeType.KEYWORD);

/** What set-up adds to the namespace. */
export const SEARCH_ATTRIBUTES = [CHANNEL_LOGIN, CATEGORY, LANGUAGE, STATE] as const;

/** Set by Temporal: the scheduled time of a workflow that a Schedule started. */
export const SCHEDULED_START_TIME = defineSearchAttributeKey(
  'TemporalScheduledStartTime',
  SearchAttributeType.DATETIME,
);
