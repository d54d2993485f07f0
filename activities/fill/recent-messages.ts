import got from 'got';
import { AnswerError, boundedAnswer } from '../../common/bounded-answer.ts';
import type { BoundedAnswer } from '../../common/bounded-answer.ts';
import { FactError } from '../errors.ts';
import { recentMessagesOf } from './recent-messages.external.ts';
import type { RecentMessages } from './recent-messages.external.ts';

/** What a service has of a channel. */
export interface RecentAnswer extends RecentMessages {
  /** How far the service's clock is ahead of ours, in milliseconds; 0 if it did not say. */
  aheadMs: number;
}

/**
 * Asks for the newest lines of a channel, at most `limit`.
 * @throws FactError, retryable if the service may answer later
 */
export type AskRecentMessages = (channelLogin: string, limit: number) => Promise<RecentAnswer>;

/** 800 lines have about 400 kB. */
const BOUNDS = { maxBytes: 2 * 1024 * 1024, maxMs: 10_000 };

/** @param url of the service, to which the login of a channel is added: `https://host/api/v2/recent-messages` */
export function createRecentMessages(url: string, now: () => number = Date.now): AskRecentMessages {
  const http = got.extend({ prefixUrl: url.replace(/\/+$/, '') });

  async function ask(channelLogin: string, limit: number): Promise<BoundedAnswer> {
    try {
      return await boundedAnswer(http, channelLogin, { searchParams: { limit } }, BOUNDS);
    } catch (error) {
      if (!(error instanceof AnswerError)) throw error;
      throw failed(channelLogin, `${error.message}. Is GAP_FILL_URL right?`, true);
    }
  }

  return async (channelLogin, limit) => {
    const { status, headers, body } = await ask(channelLogin, limit);
    const answer = recentMessagesOf(jsonOf(body));
    if (status === 200 && answer !== undefined) return { ...answer, aheadMs: aheadOf(headers.date, now()) };
    const told = answer?.error === undefined ? '' : `: ${answer.error}`;
    throw failed(channelLogin, `it answered with status ${status}${told}`, status >= 500 || status === 429);
  };
}

function failed(channelLogin: string, finding: string, retryable: boolean): FactError {
  const message = `Expected the service of GAP_FILL_URL to give the last messages of ${channelLogin}, but ${finding}`;
  return new FactError(message, { facts: { channelLogin }, retryable });
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString()) as unknown;
  } catch {
    return undefined;
  }
}

/** The header has whole seconds. */
function aheadOf(date: string | undefined, nowMs: number): number {
  const aheadMs = Date.parse(date ?? '') - nowMs;
  return Number.isFinite(aheadMs) ? aheadMs : 0;
}
