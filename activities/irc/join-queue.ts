import type { RateLimit } from './rate-limit.ts';

/** A JOIN that waits for its turn. */
export interface WaitingJoin {
  /** Whether it is still wanted when its turn comes. One that is not costs nothing. */
  readonly wantsJoin: boolean;
  sendJoin(): void;
}

/**
 * Sends JOINs as fast as the rate limit allows. JOINs of connections that broke off often come last, so that rooms that come and go with one
 * connection do not starve the others. Among equals the order of asking holds.
 */
export class JoinQueue {
  readonly #limit: RateLimit;
  /** Fewest attempts first. */
  readonly #waiting: { attempt: number; join: WaitingJoin }[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(limit: RateLimit) {
    this.#limit = limit;
  }

  /** @param attempt how many attempts in a row came before that of the room's connection */
  add(join: WaitingJoin, attempt: number): void {
    const behind = this.#waiting.findLastIndex((it) => it.attempt <= attempt);
    this.#waiting.splice(behind + 1, 0, { attempt, join });
    if (this.#timer === undefined) this.#serve();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting.length = 0;
  }

  #serve(): void {
    this.#timer = undefined;
    for (let next = this.#waiting[0]?.join; next !== undefined; next = this.#waiting[0]?.join) {
      if (next.wantsJoin && !this.#limit.take()) {
        this.#timer = setTimeout(() => this.#serve(), Math.max(1, this.#limit.waitMs()));
        return;
      }
      this.#waiting.shift();
      if (next.wantsJoin) next.sendJoin();
    }
  }
}
