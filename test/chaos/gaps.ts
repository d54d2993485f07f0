import type { Excuses } from './excuses.ts';
import type { Listening } from './listening.ts';

/**
 * Why it must not be that a message is in no copy, by the times at which it was said: Twitch repeats some. Undefined where coverage admits that
 * nobody listened, and something kept the collectors from it.
 */
export function whyNotMissing(
  { channelLogin, atMs }: { channelLogin: string; atMs: readonly number[] },
  listening: Listening,
  excuses: Excuses,
): string | undefined {
  for (const ms of atMs) {
    const at = `in ${channelLogin} at ${new Date(ms).toISOString()}`;
    if (listening.claims(channelLogin, ms)) return `${at}, which coverage claims to have been heard`;
    if (!excuses.cover(channelLogin, ms)) return `${at}, when nothing kept both collectors from hearing it`;
  }
  return undefined;
}
