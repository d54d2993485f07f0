import type { Parameters } from '../parameters/client.ts';
import { retryOnConflict } from '../parameters/retry-on-conflict.ts';
import { STREAM_POLL_SETTINGS_PATH, streamPollSettings } from './stream-poll-settings.ts';
import type { StreamPollSettings } from './stream-poll-settings.ts';

const RETRIES = 5;

export interface ChannelsEdited {
  /** Those that were not in the list, or that were. */
  changed: string[];
  channels: string[];
  intervalMinutes: number;
}

/** Adds logins to `channels` of `config/stream-poll`, at its end, or removes them. Other settings stay. The next poll uses the list. */
export function editChannels(
  parameters: Parameters,
  action: 'add' | 'remove',
  logins: readonly string[],
): Promise<ChannelsEdited> {
  return retryOnConflict(RETRIES, async () => {
    const stored = await parameters.get(STREAM_POLL_SETTINGS_PATH, streamPollSettings);
    const settings = stored?.value ?? streamPollSettings.parse({});
    const { channels, intervalMinutes } = settings;
    const changed = [...new Set(logins)].filter((login) => channels.includes(login) === (action === 'remove'));
    const edited = action === 'add' ? [...channels, ...changed] : channels.filter((login) => !changed.includes(login));
    if (changed.length > 0) {
      const condition = stored === undefined ? { ifAbsent: true } : { ifMatch: stored.etag };
      await parameters.put(STREAM_POLL_SETTINGS_PATH, { ...settings, channels: edited } satisfies StreamPollSettings, condition); // prettier-ignore
    }
    return { changed, channels: edited, intervalMinutes };
  });
}
