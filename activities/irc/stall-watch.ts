const CHECK_EVERY_MS = 500;
const MIN_STALL_MS = 2_000;

/**
 * Detects that the whole process was stalled: it was stopped, its machine slept, or the event loop was blocked. Checks the clock twice a
 * second. After a stall, socket reads may run before the timer, so readers call {@link check} first. Uses the wall clock, because the
 * monotonic clock may stop while the machine sleeps. A step of the wall clock counts as a stall.
 */
export class StallWatch {
  readonly #now: () => number;
  readonly #onStall: () => void;
  readonly #timer: NodeJS.Timeout;
  #checkedAtMs: number;

  constructor(options: { now: () => number; onStall(): void }) {
    this.#now = options.now;
    this.#onStall = options.onStall;
    this.#checkedAtMs = options.now();
    this.#timer = setInterval(() => this.check(), CHECK_EVERY_MS).unref();
  }

  check(): void {
    const nowMs = this.#now();
    const pauseMs = Math.abs(nowMs - this.#checkedAtMs);
    this.#checkedAtMs = nowMs;
    if (pauseMs > MIN_STALL_MS) this.#onStall();
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
