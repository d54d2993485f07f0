import type { Hdfs } from '../../../activities/hdfs/hdfs.ts';

/**
 * What happens at one call of a process to HDFS: it dies after the call has done its work, or it stands still before it until it is
 * released. (`test/simulation` interrupts the core at every step and in every way; this is for the others.)
 */
type Interruption = 'dieAfter' | 'freezeBefore';

/** An HDFS as one loader's process sees it, interrupted at its n-th call (from 0), or at the n-th from the first `since` on. */
export class InterruptedHdfs {
  readonly hdfs: Hdfs;
  calls = 0;
  isDead = false;
  /** Resolves when the process stands still. */
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

  /** Lets a process that stands still go on. */
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
