import type { Hdfs } from '../../../activities/hdfs/hdfs.ts';
import { HdfsError } from '../../../activities/hdfs/hdfs-error.ts';

/**
 * What happens at one call of a loader to HDFS:
 * - `dieBefore`, `dieAfter`: the loader's process dies before or after the call has done its work;
 * - `loseRequest`, `loseAnswer`: the answer is lost, and the call has not been done, or has;
 * - `late`: the answer is lost, and the call is done some calls later;
 * - `freezeBefore`, `freezeAfter`: the process stands still before or after the call, until it is released.
 */
export const interruptions = [
  'dieBefore',
  'dieAfter',
  'loseRequest',
  'loseAnswer',
  'late',
  'freezeBefore',
  'freezeAfter',
] as const;
export type Interruption = (typeof interruptions)[number];

const reads = new Set<PropertyKey>(['status', 'list', 'readText', 'download']);
const callsUntilLate = 3;

/** An HDFS as one loader's process sees it, interrupted at its n-th call (from 0), or at the n-th from the first `since` on. */
export class InterruptedHdfs {
  readonly hdfs: Hdfs;
  calls = 0;
  isDead = false;
  /** Resolves when the process stands still. */
  readonly frozen = Promise.withResolvers<void>();
  readonly #release = Promise.withResolvers<void>();
  readonly #late: { dueAt: number; work: () => Promise<unknown> }[] = [];
  readonly #at: number;
  readonly #interruption: Interruption | undefined;
  #since: keyof Hdfs | undefined;

  constructor(store: Hdfs, at = -1, interruption?: Interruption, since?: keyof Hdfs) {
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

  /** Does everything that is late. */
  async settle(): Promise<void> {
    for (const { work } of this.#late.splice(0)) await work().catch(() => {});
  }

  async #call(name: PropertyKey, work: () => Promise<unknown>): Promise<unknown> {
    if (this.isDead) throw new Error('the process is dead');
    if (this.#since !== undefined && this.#since !== name) return await work();
    this.#since = undefined;
    const call = this.calls++;
    for (const late of this.#late) if (late.dueAt === call) await late.work().catch(() => {});
    if (call !== this.#at) return await work();
    switch (this.#interruption) {
      case undefined:
        return await work();
      case 'dieBefore':
        return this.#die();
      case 'dieAfter':
        await work().catch(() => {});
        return this.#die();
      case 'freezeBefore':
        await this.#freeze();
        return await work();
      case 'freezeAfter':
        return await work().finally(() => this.#freeze());
      case 'loseRequest':
        throw reads.has(name) ? new HdfsError('unavailable', 'not now') : new HdfsError('lost', 'lost');
      case 'loseAnswer':
        if (reads.has(name)) throw new HdfsError('unavailable', 'not now');
        await work().catch(() => {});
        throw new HdfsError('lost', 'lost');
      case 'late':
        if (reads.has(name)) throw new HdfsError('unavailable', 'not now');
        this.#late.push({ dueAt: call + callsUntilLate, work });
        throw new HdfsError('lost', 'lost');
    }
  }

  #die(): never {
    this.isDead = true;
    throw new Error('the process dies');
  }

  async #freeze(): Promise<void> {
    this.frozen.resolve();
    await this.#release.promise;
  }
}
