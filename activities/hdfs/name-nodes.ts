import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../../common/log.ts';
import { isHdfsError } from './hdfs-error.ts';

const firstPauseMs = 100;
const longestPauseMs = 2_000;

/**
 * The NameNodes of a cluster, one of which is active. A request starts at the one that answered last. An answer of kind `unavailable`
 * (refused, standby, starting, in safe mode) has changed nothing, and so the next one is asked, round by round, until the patience ends, and
 * each at least once. Anything else goes to the caller at once; after an answer that was `lost` the next request starts elsewhere.
 */
export class NameNodes {
  readonly #urls: string[];
  readonly #patienceMs: number;
  readonly #log: Log;
  #current = 0;

  /** @param options.urls such as `http://host:9870`, at least one */
  constructor(options: { urls: string[]; patienceMs: number; log: Log }) {
    if (options.urls.length === 0) {
      throw new Error(
        'Expected the address of at least one NameNode, got none. Set WEBHDFS_URL, as in http://host:9870.',
      );
    }
    this.#urls = options.urls.map((url) => url.replace(/\/+$/, ''));
    this.#patienceMs = options.patienceMs;
    this.#log = options.log;
  }

  /** Runs `ask` with the base address of a NameNode until it gives something other than `unavailable`. */
  async ask<T>(what: string, ask: (baseUrl: string) => Promise<T>): Promise<T> {
    const deadline = performance.now() + this.#patienceMs;
    let pauseMs = firstPauseMs;
    for (let attempt = 1; ; attempt++) {
      const asked = this.#current;
      try {
        return await ask(this.#urls[asked] ?? '');
      } catch (error) {
        if (!isHdfsError(error, 'unavailable', 'lost')) throw error;
        if (asked === this.#current) this.#current = (asked + 1) % this.#urls.length;
        if (error.kind === 'lost') throw error;
        if (attempt % this.#urls.length !== 0) continue;
        if (performance.now() >= deadline) throw error;
        this.#log.warn('HDFS is not available; asking again', { what, attempt, pauseMs, error: error.message });
        await delay(pauseMs);
        pauseMs = Math.min(pauseMs * 2, longestPauseMs);
      }
    }
  }
}
