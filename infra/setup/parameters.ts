import type { Parameters } from '../../activities/parameters/client.ts';
import { retryOnConflict } from '../../activities/parameters/retry-on-conflict.ts';
import { STREAM_POLL_SETTINGS_PATH, streamPollSettings } from '../../activities/twitch/stream-poll-settings.ts';
import type { StreamPollSettings } from '../../activities/twitch/stream-poll-settings.ts';

/** Writes `config/stream-poll` if it does not exist. Returns the stored settings. */
export function ensureStreamPollSettings(
  parameters: Parameters,
  seed: Partial<StreamPollSettings>,
): Promise<StreamPollSettings> {
  return retryOnConflict(1, async () => {
    const stored = await parameters.get(STREAM_POLL_SETTINGS_PATH, streamPollSettings);
    if (stored !== undefined) return stored.value;
    const settings = streamPollSettings.parse(seed);
    await parameters.put(STREAM_POLL_SETTINGS_PATH, settings, { ifAbsent: true });
    return settings;
  });
}
