import { ApplicationFailure } from '@temporalio/workflow';
import { isDay, isHour } from './hour.ts';
import type { Day, Hour } from './hour.ts';
import { LOGIN } from './login.ts';

/** People start these workflows by hand, so wrong input fails the workflow at once, with the remedy. */
export function checkedHour(input: { hour?: Hour } | undefined): Hour {
  const hour = input?.hour;
  if (typeof hour === 'string' && isHour(hour)) return hour;
  throw ApplicationFailure.nonRetryable(
    `Expected the input {"hour": "2026-11-25T14"} (UTC), got ${JSON.stringify(input)}. Start it again with --input.`,
    'InvalidInput',
  );
}

export function checkedDay(input: { day?: Day } | undefined): Day {
  const day = input?.day;
  if (typeof day === 'string' && isDay(day)) return day;
  throw ApplicationFailure.nonRetryable(
    `Expected the input {"day": "2026-11-25"} (UTC), got ${JSON.stringify(input)}. Start it again with --input.`,
    'InvalidInput',
  );
}

export function checkedUserId(input: { userId?: string } | undefined): string {
  const userId = input?.userId;
  if (typeof userId === 'string' && /^\d{1,20}$/.test(userId)) return userId;
  throw ApplicationFailure.nonRetryable(
    'Expected the input {"userId": "40004"}, the number of a user at Twitch. Start it by `chatlake forget <userId>`.',
    'InvalidInput',
  );
}

export function isLogin(login: unknown): login is string {
  return typeof login === 'string' && LOGIN.test(login);
}

export function checkedChannel(input: { channelId?: string; channelLogin?: string } | undefined): {
  channelId: string;
  channelLogin: string;
} {
  const { channelId, channelLogin } = input ?? {};
  if (typeof channelId === 'string' && /^[\w-]{1,64}$/.test(channelId) && isLogin(channelLogin)) {
    return { channelId, channelLogin };
  }
  throw ApplicationFailure.nonRetryable(
    `Expected the input {"channelId": "7001", "channelLogin": "haneul"}, the login in lower case, got ${JSON.stringify(input)}. Start it again with --input.`,
    'InvalidInput',
  );
}

/** @returns 15 if none is given */
export function checkedHeartbeatSeconds({ heartbeatSeconds = 15 }: { heartbeatSeconds?: number }): number {
  if (Number.isInteger(heartbeatSeconds) && heartbeatSeconds >= 1) return heartbeatSeconds;
  throw ApplicationFailure.nonRetryable(
    `Expected heartbeatSeconds to be a whole number of seconds from 1 up, got ${JSON.stringify(heartbeatSeconds)}. Start it again without it.`,
    'InvalidInput',
  );
}
