/** Counts what was taken and what is settled, where things are settled in the order of taking, and lets callers wait for a point in it. */
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

  /** For what nobody will settle any more, since it is kept elsewhere. */
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
