import type { Locale } from '../locale.ts';
import type { WordKey } from '../words.ts';

/** Plain words for reasons from Temporal, from Twitch, and of views of gaps. */
const REASONS = new Map<string, WordKey>([
  ['CANCELLED', 'coverage.cancelled'],
  ['login-refused', 'coverage.loginRefused'],
  ['msg_banned', 'coverage.banned'],
  ['msg_channel_suspended', 'coverage.suspended'],
  ['WORKER_SHUTDOWN', 'coverage.workerStopped'],
  ['the collector stopped reporting', 'coverage.silent'],
  ['nobody listened', 'heard.nobody'],
  ['nobody had joined yet', 'heard.notYet'],
]);

/** A reason for which a channel was not listened to, in words for readers. An unknown one stays as it is. */
export function reasonIn(reason: string, { text }: Pick<Locale, 'text'>): string {
  const key = REASONS.get(reason);
  return key === undefined ? reason : text(key);
}
