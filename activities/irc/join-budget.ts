/**
 * At most so many takes in any window of time, for instance 20 JOINs in 10 s. Twitch closes the connection of an account that exceeds it,
 * and counts arrivals, so the window to keep is a little longer than the one it names. It goes by a clock that is never set: by the
 * wall's, which an hour's step back would stop for an hour.
 */
export class JoinBudget {
  readonly #count: number;
  readonly #windowMs: number;
  readonly #now: () => number;
  /** Times of the last takes, oldest first; never more than `count`. */
  readonly #takenAtMs: number[] = [];

  constructor(options: { count: number; windowMs: number; now?: () => number }) {
    this.#count = options.count;
    this.#windowMs = options.windowMs;
    this.#now = options.now ?? (() => performance.now());
  }

  /** Milliseconds until something can be taken; 0: now. */
  waitMs(): number {
    const oldest = this.#takenAtMs[0];
    if (oldest === undefined || this.#takenAtMs.length < this.#count) return 0;
    return Math.max(0, oldest + this.#windowMs - this.#now());
  }

  /** Takes one. Returns false, and takes nothing, while {@link waitMs} is above 0. */
  take(): boolean {
    if (this.waitMs() > 0) return false;
    if (this.#takenAtMs.length === this.#count) this.#takenAtMs.shift();
    this.#takenAtMs.push(this.#now());
    return true;
  }
}
