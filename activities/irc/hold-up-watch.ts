const lookEveryMs = 500;
const longestPauseMs = 2_000;

/**
 * Finds out that the whole process stood still: it was stopped, its machine slept, or something kept the event loop busy. It looks at the
 * clock twice a second. What comes after a hold-up may be handled before the timer is: so whoever reads looks first, too. It is the
 * wall clock that is looked at, since the other one may stand still while the machine sleeps; a step of it counts as a hold-up.
 */
export class HoldUpWatch {
  readonly #now: () => number;
  readonly #heldUp: () => void;
  readonly #timer: NodeJS.Timeout;
  #lookedAtMs: number;

  constructor(options: { now: () => number; heldUp(): void }) {
    this.#now = options.now;
    this.#heldUp = options.heldUp;
    this.#lookedAtMs = options.now();
    this.#timer = setInterval(() => this.look(), lookEveryMs).unref();
  }

  look(): void {
    const nowMs = this.#now();
    const pauseMs = Math.abs(nowMs - this.#lookedAtMs);
    this.#lookedAtMs = nowMs;
    if (pauseMs > longestPauseMs) this.#heldUp();
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
