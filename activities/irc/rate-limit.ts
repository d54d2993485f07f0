/**
 * A limit over a sliding window, for example 20 JOINs in 10 s. Twitch closes the connection of an account that exceeds it. Twitch counts
 * arrivals, so the window must be a little longer than documented. Monotonic clock: a wall clock set back an hour would block joins for an
 * hour.
 */
export class RateLimit {
  readonly #count: number;
  readonly #windowMs: number;
  readonly #now: () => number;
  readonly #onTake: () => void;
  /** Times of the last takes, oldest first; at most `count`. */
  readonly #takenAtMs: number[] = [];

  /**
   * @param options.earlierMs how long ago the limit was taken before, in milliseconds
   * @param options.onTake called at each take
   */
  constructor(options: {
    count: number;
    windowMs: number;
    now?: () => number;
    earlierMs?: readonly number[];
    onTake?: () => void;
  }) {
    this.#count = options.count;
    this.#windowMs = options.windowMs;
    this.#now = options.now ?? (() => performance.now());
    this.#onTake = options.onTake ?? (() => {});
    const nowMs = this.#now();
    const earlier = (options.earlierMs ?? []).map((ms) => nowMs - ms).sort((a, b) => a - b);
    this.#takenAtMs.push(...earlier.slice(-this.#count));
  }

  /** Milliseconds until the next take is allowed; 0 if it is allowed now. */
  waitMs(): number {
    const oldest = this.#takenAtMs[0];
    if (oldest === undefined || this.#takenAtMs.length < this.#count) return 0;
    return Math.max(0, oldest + this.#windowMs - this.#now());
  }

  /** Returns false, without taking one, while {@link waitMs} is above 0. */
  take(): boolean {
    if (this.waitMs() > 0) return false;
    if (this.#takenAtMs.length === this.#count) this.#takenAtMs.shift();
    this.#takenAtMs.push(this.#now());
    this.#onTake();
    return true;
  }
}
