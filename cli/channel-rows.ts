import type { ListedStream } from '../activities/twitch/live-list.ts';
import type { ChannelChatStatus } from '../workflows/channel-chat.ts';

/** What is known of a channel that is listed in the settings, or that has a room. */
export interface ChannelRow {
  channel: string;
  /** Whether the settings name it. */
  listed: boolean;
  viewers: number | null;
  /** `listening`, `joining`, …, or why it has no room. */
  state: string;
}

export interface Known {
  /** Of the settings. */
  channels: readonly string[];
  /** With a room. */
  streams: readonly ListedStream[];
  /** Logins that Helix refuses. */
  refused: ReadonlySet<string>;
  /** By channel id, of those whose chat has answered. */
  chats: ReadonlyMap<string, ChannelChatStatus>;
}

/** Channels with a room first, those with the most viewers before the others; then the listed ones that have none, in the order of the list. */
export function channelRows({ channels, streams, refused, chats }: Known): ChannelRow[] {
  const listed = new Set(channels);
  const live = [...streams].sort((a, b) => b.viewerCount - a.viewerCount);
  const withRoom = new Set(live.map(({ channelLogin }) => channelLogin));
  return [
    ...live.map(({ channelId, channelLogin, viewerCount }) => ({
      channel: channelLogin,
      listed: listed.has(channelLogin),
      viewers: viewerCount,
      state: stateOf(chats.get(channelId)),
    })),
    ...channels
      .filter((channel) => !withRoom.has(channel))
      .map((channel) => ({
        channel,
        listed: true,
        viewers: null,
        state: refused.has(channel) ? 'unknown to Twitch; asked again after a day' : 'not live, or no room is free',
      })),
  ];
}

/** That of the collector that does best. */
function stateOf(chat: ChannelChatStatus | undefined): string {
  if (chat === undefined) return 'its chat has not started yet';
  const states = chat.collectors.map(({ state }) => state);
  if (states.includes('listening')) {
    const count = states.filter((state) => state === 'listening').length;
    return states.length === 1 ? 'listening' : `listening (${count} of ${states.length} collectors)`;
  }
  const [first] = chat.collectors;
  if (first === undefined) return 'no collector';
  return first.lastError === null ? first.state : `${first.state}: ${first.lastError}`;
}
