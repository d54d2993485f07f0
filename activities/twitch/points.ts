/**
 * Helix's rate limit, from the headers of its answers: a bucket of points, of which each request takes one. It is full again at
 * `Ratelimit-Reset` (Twitch docs, API Concepts). All callers of one client share it.
 */
export class Points {
  readonly #now: () => number;
  #remaining = Infinity;
  #resetAtMs = 0;
  /** Consecutive 429 answers without a usable reset time. */
  #unclear = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** How many requests may be sent now; undefined if that is not known. */
  get left(): number | undefined {
    return Number.isFinite(this.#remaining) ? this.#remaining : undefined;
  }

  /** Milliseconds until the next request may be sent; 0: now. */
  waitMs(): number {
    if (this.#remaining > 0) return 0;
    const waitMs = this.#resetAtMs - this.#now();
    if (waitMs <= 0) this.#remaining = Infinity;
    return Math.max(0, waitMs);
  }

  /** Counts a request that is sent now: several may be in flight before the first answer. */
  take(): void {
    this.#remaining -= 1;
  }

  /** Reads the headers of an answer. Without usable headers nothing changes. */
  answered(headers: Record<string, unknown>): void {
    this.#unclear = 0;
    const remaining = numberIn(headers['ratelimit-remaining']);
    if (remaining === undefined) return;
    this.#remaining = remaining;
    this.#resetAtMs = this.#now() + Math.max(untilReset(headers, this.#now()), SHORTEST_MS);
  }

  /** Helix answered 429: no points are left, whatever its headers say. */
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
 * Milliseconds until the bucket is full again; 0 if that time is past or unknown. At most about a minute, which is the time to fill it. The
 * reset time is in the server's clock, which the Date header shows (RFC 9110 §6.6.1).
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
