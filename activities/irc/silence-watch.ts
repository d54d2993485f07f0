interface SilenceWatchOptions {
  /** After so long without a byte the other side is asked. */
  silenceMs: number;
  /** Where nothing came for so long after that, it is gone. */
  answerMs: number;
  ask(): void;
  gone(): void;
}

/**
 * Finds a connection whose other side is gone though TCP does not say so. It *listens*; after some silence it *asks* and waits for
 * anything at all; then it says *gone*, once. It *rests* while nobody reads, since then the silence is ours.
 */
export class SilenceWatch {
  readonly #options: SilenceWatchOptions;
  #pending: NodeJS.Timeout | undefined;
  #heardAtMs = 0;
  #resting = true;

  constructor(options: SilenceWatchOptions) {
    this.#options = options;
  }

  start(): void {
    this.#resting = false;
    this.heard();
    this.#listen(this.#options.silenceMs);
  }

  rest(): void {
    this.#resting = true;
    clearTimeout(this.#pending);
  }

  /** Bytes came. Cheap: the timer is not touched, it looks by itself when something was heard last. */
  heard(): void {
    this.#heardAtMs = performance.now();
  }

  #listen(afterMs: number): void {
    this.#after(afterMs, () => {
      const silentMs = performance.now() - this.#heardAtMs;
      if (silentMs < this.#options.silenceMs) return this.#listen(this.#options.silenceMs - silentMs);
      const heardAtMs = this.#heardAtMs;
      this.#options.ask();
      this.#after(this.#options.answerMs, () => {
        if (this.#heardAtMs === heardAtMs) this.#options.gone();
        else this.#listen(this.#options.silenceMs);
      });
    });
  }

  /** A process that was held up finds its timers due before it has read what came meanwhile: it reads first, then judges. */
  #after(ms: number, act: () => void): void {
    clearTimeout(this.#pending);
    this.#pending = setTimeout(() => setImmediate(() => !this.#resting && act()), ms);
  }
}
