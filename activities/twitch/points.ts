/**
 * Helix's rate limit, as its answers tell it: a bucket of points that each question takes one of, full again at `Ratelimit-Reset` (Twitch docs,
 * API Concepts). All who ask with one client share it. While no points are left nobody asks.
 */
export class Points {
  readonly #now: () => number;
  #remaining = Infinity;
  #resetAtMs = 0;
  /** Refusals in a row that did not say, or not credibly, when to come again. */
  #unclear = 0;

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
    this.#unclear = 0;
    const remaining = numberIn(headers['ratelimit-remaining']);
    if (remaining === undefined) return;
    this.#remaining = remaining;
    this.#resetAtMs = this.#now() + Math.max(untilReset(headers, this.#now()), SHORTEST_MS);
  }

  /** Helix answered 429: there are no points, whatever the answer says. */
  exhausted(headers: Record<string, unknown>): void {
    const resetMs = untilReset(headers, this.#now());
    const waitMs = resetMs > 0 ? Math.max(resetMs, SHORTEST_MS) : SHORTEST_MS * 2 ** this.#unclear++;
    this.#remaining = 0;
    this.#resetAtMs = this.#now() + Math.min(waitMs, LONGEST_MS);
  }
}

const SHORTEST_MS = 1_000;
/** The bucket is full after a minute. */
const LONGEST_MS = 61_000;

/**
 * Milliseconds until the bucket is full again: no more than a minute, since that is how long it takes; 0 where the time of that is past or
 * unknown. It is a time of the server, whose clock the answer's Date tells (RFC 9110 §6.6.1).
 */
function untilReset(headers: Record<string, unknown>, nowMs: number): number {
  const reset = numberIn(headers['ratelimit-reset']);
  if (reset === undefined) return 0;
  const serverMs = typeof headers['date'] === 'string' ? Date.parse(headers['date']) : NaN;
  const untilMs = reset * 1_000 - (Number.isNaN(serverMs) ? nowMs : serverMs);
  return Math.min(Math.max(untilMs, 0), LONGEST_MS);
}

function numberIn(header: unknown): number | undefined {
  const value = typeof header === 'string' && header.trim() !== '' ? Number(header) : NaN;
  return Number.isFinite(value) && value >= 0 ? value : undefined;
}
