import type { RateLimit } from './rate-limit.ts';

/** A JOIN that waits for the rate limit. */
export interface WaitingJoin {
  /** Whether the JOIN is still needed. If not, it is dropped without using the rate limit. */
  readonly wantsJoin: boolean;
  sendJoin(): void;
}

/**
 * Sends JOINs as fast as the rate limit allows. JOINs of connections with fewer failed attempts go first, so that an unstable connection
 * does not starve the others. Among equals, first come, first served.
 */
export class JoinQueue {
  readonly #limit: RateLimit;
  /** Sorted by attempt. */
  readonly #waiting: { attempt: number; join: WaitingJoin }[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(limit: RateLimit) {
    this.#limit = limit;
  }

  /** @param attempt how many consecutive attempts preceded the room's connection */
  add(join: WaitingJoin, attempt: number): void {
    const last = this.#waiting.findLastIndex((it) => it.attempt <= attempt);
    this.#waiting.splice(last + 1, 0, { attempt, join });
    if (this.#timer === undefined) this.#sendNext();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting.length = 0;
  }

  #sendNext(): void {
    this.#timer = undefined;
    for (let next = this.#waiting[0]?.join; next !== undefined; next = this.#waiting[0]?.join) {
      if (next.wantsJoin && !this.#limit.take()) {
        this.#timer = setTimeout(() => this.#sendNext(), Math.max(1, this.#limit.waitMs()));
        return;
      }
      this.#waiting.shift();
      if (next.wantsJoin) next.sendJoin();
    }
  }
}
