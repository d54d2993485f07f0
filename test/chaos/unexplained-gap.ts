import type { Excuses } from './excuses.ts';
import type { Listening } from './listening.ts';

/**
 * Explains why a missing message is a failure. Takes all times at which it was sent, since Twitch repeats some messages. Undefined if
 * coverage reports that nobody listened, and a fault explains it.
 */
export function unexplainedGap(
  { channelLogin, atMs }: { channelLogin: string; atMs: readonly number[] },
  listening: Listening,
  excuses: Excuses,
): string | undefined {
  for (const ms of atMs) {
    const at = `in ${channelLogin} at ${new Date(ms).toISOString()}`;
    if (listening.claims(channelLogin, ms)) return `${at}, although coverage claims listening`;
    if (!excuses.cover(channelLogin, ms)) return `${at}, without a fault that explains it`;
  }
  return undefined;
}
