/**
 * That somebody wants to hear a channel, and what coverage has been told of it. It outlives the attempts to join: each failed attempt of
 * the activity makes another room of the same wish.
 */
export interface Wish {
  /** When it was first wished for. A channel that is never joined was lost from then on. */
  readonly sinceMs: number;
  /** Whether it was ever joined. */
  heard: boolean;
  /** Why it was lost, as it was told last; undefined while it is heard, and before anything was told. */
  toldReason: string | undefined;
  /** Of the last record. */
  toldAtMs: number;
}

/** An attempt that failed is followed by another within half a minute: by Temporal's retry, or by the chat's own pause. */
const GOES_ON_WITHIN_MS = 120_000;

/** The wishes whose last attempt has failed, until the next attempt goes on with them. */
export class FailedWishes {
  /** By channel and login, in the order of their failure. */
  readonly #failed = new Map<string, { wish: Wish; atMs: number }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The wish that this one goes on with, or a new one. */
  take(key: string): Wish {
    const nowMs = this.#now();
    for (const [old, { atMs }] of this.#failed) {
      if (Math.abs(nowMs - atMs) < GOES_ON_WITHIN_MS) break;
      this.#failed.delete(old);
    }
    const found = this.#failed.get(key)?.wish;
    this.#failed.delete(key);
    return found ?? { sinceMs: nowMs, heard: false, toldReason: undefined, toldAtMs: 0 };
  }

  add(key: string, wish: Wish): void {
    this.#failed.delete(key);
    this.#failed.set(key, { wish, atMs: this.#now() });
  }
}
