interface SilenceWatchOptions {
  /** Send a PING after this long without a byte. */
  silenceMs: number;
  /** The other side is gone if nothing arrives for this long after the PING. */
  answerMs: number;
  sendPing(): void;
  onSilent(): void;
}

/**
 * Detects that the other side of a connection is gone, even if TCP has not noticed. After some silence it sends a PING. If nothing at all
 * arrives in time, it calls `onSilent` once. It is stopped while nobody reads, since the silence is then ours.
 */
export class SilenceWatch {
  readonly #options: SilenceWatchOptions;
  #timer: NodeJS.Timeout | undefined;
  #receivedAtMs = 0;
  #stopped = true;

  constructor(options: SilenceWatchOptions) {
    this.#options = options;
  }

  start(): void {
    this.#stopped = false;
    this.received();
    this.#waitForSilence(this.#options.silenceMs);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** Bytes arrived. Called often, so it only notes the time; the timer checks it later. */
  received(): void {
    this.#receivedAtMs = performance.now();
  }

  #waitForSilence(afterMs: number): void {
    this.#after(afterMs, () => {
      const silentMs = performance.now() - this.#receivedAtMs;
      if (silentMs < this.#options.silenceMs) return this.#waitForSilence(this.#options.silenceMs - silentMs);
      const receivedAtMs = this.#receivedAtMs;
      this.#options.sendPing();
      this.#after(this.#options.answerMs, () => {
        if (this.#receivedAtMs === receivedAtMs) this.#options.onSilent();
        else this.#waitForSilence(this.#options.silenceMs);
      });
    });
  }

  /** After a stall of the process, timers fire before the waiting data is read. `setImmediate` lets the reads go first. */
  #after(ms: number, act: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => setImmediate(() => !this.#stopped && act()), ms);
  }
}
