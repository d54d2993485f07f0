import type { StreamPollSettings } from './stream-poll-settings.ts';

/** How a poll is that has come to its end. It is in trouble when no chat can follow from it, whatever Twitch does. */
export function pollHealth(settings: StreamPollSettings, streams: number): { summary: string; trouble: string | null } {
  const { top, channels, languages, games } = settings;
  const summary = `${streams} streams are live`;
  if (top === 0 && channels.length + languages.length + games.length === 0) {
    const trouble =
      'config/stream-poll asks for nothing: top is 0, and no channel, language or category is listed. Set one of them.';
    return { summary, trouble };
  }
  if (top !== 0 && streams === 0)
    return { summary, trouble: 'Helix lists no live stream at all. Is TWITCH_API_URL right?' };
  return { summary, trouble: null };
}
