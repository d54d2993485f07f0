const TICK_MS = 20;

/**
 * Measures how late reads may be. A stalled process, busy or without a processor, reads late what arrived in time. That must not be counted
 * against the sender.
 */
export class ReadDelay {
  readonly #now: () => number;
  readonly #timer: NodeJS.Timeout;
  #tickedAtMs: number;
  /** The tick before the last one. After a stall, the last tick runs just before the waiting reads. */
  #previousTickAtMs: number;

  constructor(now: () => number) {
    this.#now = now;
    this.#tickedAtMs = now();
    this.#previousTickAtMs = this.#tickedAtMs;
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    this.#timer.unref();
  }

  /** The earliest time at which data read now can have arrived, in milliseconds since 1970. */
  get arrivedSinceMs(): number {
    return this.#previousTickAtMs;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    this.#previousTickAtMs = this.#tickedAtMs;
    this.#tickedAtMs = this.#now();
  }
}
