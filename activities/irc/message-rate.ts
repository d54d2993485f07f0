const MINUTE_MS = 60_000;

/** Messages of the last minute, from a count that only grows. */
export class MessageRate {
  readonly #seen: { atMs: number; count: number }[] = [];

  /** @returns messages a minute, rounded; of a room that was joined less than a minute ago, those so far */
  update(count: number, atMs: number): number {
    this.#seen.push({ atMs, count });
    while ((this.#seen[1]?.atMs ?? Infinity) <= atMs - MINUTE_MS) this.#seen.shift();
    const first = this.#seen[0] ?? { atMs, count };
    const elapsedMs = Math.max(atMs - first.atMs, MINUTE_MS);
    return Math.round(((count - first.count) * MINUTE_MS) / elapsedMs);
  }
}
