const tickMs = 20;

/**
 * How long what is read now may have waited for us. A process that stood still, for its own work or for want of a processor, reads late what
 * came in time: whoever judges arrivals must not count that against the sender.
 */
export class HoldUp {
  readonly #now: () => number;
  readonly #timer: NodeJS.Timeout;
  #tickedAtMs: number;
  /** The tick before the last: after a hold-up the last one comes just before the reads that had waited. */
  #before: number;

  constructor(now: () => number) {
    this.#now = now;
    this.#tickedAtMs = now();
    this.#before = this.#tickedAtMs;
    this.#timer = setInterval(() => this.#tick(), tickMs);
    this.#timer.unref();
  }

  /** What is read now arrived then at the earliest, in milliseconds since 1970. */
  get sinceMs(): number {
    return this.#before;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    this.#before = this.#tickedAtMs;
    this.#tickedAtMs = this.#now();
  }
}
