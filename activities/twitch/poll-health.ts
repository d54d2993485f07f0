import type { StreamPollSettings } from './stream-poll-settings.ts';

/**
 * The health of a finished poll. A poll is in trouble if it can never lead to any chat.
 * @param notes whole sentences about accounts and rooms
 */
export function pollHealth(
  settings: StreamPollSettings,
  streams: number,
  notes: readonly string[] = [],
): { summary: string; trouble: string | null } {
  const { top, channels, languages, games } = settings;
  const live = `${streams} streams are live`;
  const summary = notes.length === 0 ? live : `${live}. ${notes.join(' ')}`;
  if (top === 0 && channels.length + languages.length + games.length === 0) {
    const trouble =
      'config/stream-poll selects no streams: top is 0, and no channel, language or category is listed. Set one of them.';
    return { summary, trouble };
  }
  if (top !== 0 && streams === 0) return { summary, trouble: 'Helix lists no live streams. Is TWITCH_API_URL right?' };
  return { summary, trouble: null };
}
