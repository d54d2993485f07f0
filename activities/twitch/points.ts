/**
 * Helix's rate limit, as its answers tell it: a bucket of points that each question takes one of, full again at `Ratelimit-Reset` (Twitch docs,
 * API Concepts). All who ask with one client share it. While no points are left nobody asks.
 */
export class Points {
  readonly #now: () => number;
  #remaining = Infinity;
  #resetAtMs = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Milliseconds until the next question may be asked; 0: now. */
  waitMs(): number {
    if (this.#remaining > 0) return 0;
    const waitMs = this.#resetAtMs - this.#now();
    if (waitMs <= 0) this.#remaining = Infinity;
    return Math.max(0, waitMs);
  }

  /** Reckons a question that is asked now: several may be under way before the first is answered. */
  take(): void {
    this.#remaining -= 1;
  }

  /** Takes over what an answer says. An answer without usable headers says nothing. */
  answered(headers: Record<string, unknown>): void {
    const remaining = numberIn(headers['ratelimit-remaining']);
    if (remaining === undefined) return;
    this.#remaining = remaining;
    this.#resetAtMs = this.#resetIn(headers);
  }

  /** Helix answered 429: there are no points, whatever the answer says. */
  exhausted(headers: Record<string, unknown>): void {
    this.#remaining = 0;
    this.#resetAtMs = this.#resetIn(headers);
  }

  /** When the bucket is full again: within a minute, since that is how long it lasts; in a second, where that time is past or unknown. */
  #resetIn(headers: Record<string, unknown>): number {
    const reset = numberIn(headers['ratelimit-reset']);
    const nowMs = this.#now();
    const resetAtMs = reset === undefined ? 0 : reset * 1_000;
    return Math.min(Math.max(resetAtMs, nowMs + 1_000), nowMs + LONGEST_MS);
  }
}

const LONGEST_MS = 61_000;

function numberIn(header: unknown): number | undefined {
  const value = typeof header === 'string' && header.trim() !== '' ? Number(header) : NaN;
  return Number.isFinite(value) && value >= 0 ? value : undefined;
}
