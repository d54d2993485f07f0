import type { Parameters } from '../../activities/parameters/client.ts';
import { ParameterError } from '../../activities/parameters/parameter-error.ts';
import {
  STREAM_POLL_SETTINGS_PATH,
  type StreamPollSettings,
  streamPollSettings,
} from '../../activities/twitch/stream-poll-settings.ts';

/** Writes `config/stream-poll` where there is none, and gives what holds. Somebody's settings are never overwritten. */
export async function ensureStreamPollSettings(
  parameters: Parameters,
  seed: Partial<StreamPollSettings>,
): Promise<StreamPollSettings> {
  const stored = await parameters.get(STREAM_POLL_SETTINGS_PATH, streamPollSettings);
  if (stored !== undefined) return stored.value;
  const settings = streamPollSettings.parse(seed);
  try {
    await parameters.put(STREAM_POLL_SETTINGS_PATH, settings, { ifAbsent: true });
    return settings;
  } catch (error) {
    if (!(error instanceof ParameterError) || error.kind !== 'precondition') throw error;
    // Somebody has stored others since the look.
    return ensureStreamPollSettings(parameters, seed);
  }
}
