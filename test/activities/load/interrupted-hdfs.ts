import type { Hdfs } from '../../../activities/hdfs/hdfs.ts';

/**
 * Interrupts a process at one HDFS call: it dies after the call, or freezes before the call until it is
 * released. (`test/simulation` interrupts the core at every step in every way; this is for other tests.)
 */
type Interruption = 'dieAfter' | 'freezeBefore';

/** The HDFS of one loader process, interrupted at its n-th call (from 0), or at the n-th call after the first `since`. */
export class InterruptedHdfs {
  readonly hdfs: Hdfs;
  calls = 0;
  isDead = false;
  /** Resolves when the process is frozen. */
  readonly frozen = Promise.withResolvers<void>();
  readonly #release = Promise.withResolvers<void>();
  readonly #at: number;
  readonly #interruption: Interruption;
  #since: keyof Hdfs | undefined;

  constructor(store: Hdfs, at: number, interruption: Interruption, since?: keyof Hdfs) {
    this.#at = at;
    this.#interruption = interruption;
    this.#since = since;
    this.hdfs = new Proxy(store, {
      get: (target, name: keyof Hdfs) => {
        const method = target[name].bind(target) as (...given: unknown[]) => Promise<unknown>;
        return (...given: unknown[]) => this.#call(name, () => method(...given));
      },
    });
  }

  /** Releases a frozen process. */
  release(): void {
    this.#release.resolve();
  }

  async #call(name: PropertyKey, work: () => Promise<unknown>): Promise<unknown> {
    if (this.isDead) throw new Error('the process is dead');
    if (this.#since !== undefined && this.#since !== name) return await work();
    this.#since = undefined;
    if (this.calls++ !== this.#at) return await work();
    if (this.#interruption === 'freezeBefore') {
      this.frozen.resolve();
      await this.#release.promise;
      return await work();
    }
    await work().catch(() => {});
    this.isDead = true;
    throw new Error('the process dies');
  }
}
