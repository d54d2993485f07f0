/** Counts items that were taken and items that are settled, in the same order, and lets callers wait until those taken so far are settled. */
export class Settlements {
  #taken = 0;
  #settled = 0;
  #waiters: { upTo: number; resolve: () => void }[] = [];

  take(): void {
    this.#taken++;
  }

  settle(count: number): void {
    this.#settled += count;
    if (this.#waiters.length === 0) return;
    const reached = this.#waiters.filter((waiter) => waiter.upTo <= this.#settled);
    this.#waiters = this.#waiters.filter((waiter) => waiter.upTo > this.#settled);
    for (const waiter of reached) waiter.resolve();
  }

  /** Settles everything, because it is stored elsewhere now. */
  settleAll(): void {
    this.settle(this.#taken - this.#settled);
  }

  /** Resolves when everything taken so far is settled. */
  async flush(): Promise<void> {
    if (this.#settled === this.#taken) return;
    const upTo = this.#taken;
    await new Promise<void>((resolve) => this.#waiters.push({ upTo, resolve }));
  }
}
