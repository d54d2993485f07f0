import { pageFrom } from './place.ts';
import type { Place } from './place.ts';

/** Ids of Twitch. Others have no page. */
const ID = /^\d{1,20}$/;

/** The path of the page of a broadcast; undefined if it has none. */
export const broadcastPath = (streamId: string): string | undefined =>
  ID.test(streamId) ? `broadcasts/${streamId}/` : undefined;

/** The path of the page of a channel; undefined if it has none. */
export const channelPath = (channelId: string): string | undefined =>
  ID.test(channelId) ? `channels/${channelId}/` : undefined;

/** A link from a page to the one with this path. */
export const hrefTo = (from: Place, path: string): string => pageFrom(from, { language: from.language, path });
