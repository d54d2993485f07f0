export interface RateLimitState {
  allowed: boolean;
  limit: number;
  remaining: number;
  /** Unix time in seconds at which the bucket is full again. */
  resetAtSeconds: number;
}

/** A token bucket per access token that refills steadily within a minute. */
export class RateLimit {
  readonly #limit: number;
  readonly #now: () => number;
  readonly #buckets = new Map<string, { points: number; atMs: number }>();

  constructor(limit: number, now: () => number) {
    this.#limit = limit;
    this.#now = now;
  }

  take(token: string): RateLimitState {
    const now = this.#now();
    const bucket = this.#buckets.get(token) ?? { points: this.#limit, atMs: now };
    bucket.points = Math.min(this.#limit, bucket.points + ((now - bucket.atMs) / 60_000) * this.#limit);
    bucket.atMs = now;
    this.#buckets.set(token, bucket);
    const allowed = bucket.points >= 1;
    if (allowed) bucket.points -= 1;
    const fullInMs = ((this.#limit - bucket.points) / this.#limit) * 60_000;
    return {
      allowed,
      limit: this.#limit,
      remaining: Math.floor(bucket.points),
      resetAtSeconds: Math.ceil((now + fullInMs) / 1000),
    };
  }
}
