import pRetry from 'p-retry';
import type { Log } from '../../common/log.ts';
import { isHdfsError } from './error.ts';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

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

  /** Runs `work` with the base address of a NameNode until it gives something other than `unavailable`. */
  ask<T>(what: string, work: (baseUrl: string) => Promise<T>): Promise<T> {
    return pRetry(() => this.#round(work), {
      retries: Infinity,
      minTimeout: FIRST_PAUSE_MS,
      maxTimeout: LONGEST_PAUSE_MS,
      maxRetryTime: this.#patienceMs,
      shouldRetry: ({ error, attemptNumber, retryDelay }) => {
        if (!isHdfsError(error, 'unavailable')) return false;
        const facts = { what, round: attemptNumber, pauseMs: retryDelay, error: error.message };
        this.#log.warn('HDFS is not available; asking again', facts);
        return true;
      },
    });
  }

  /** Asks each NameNode once at most. */
  async #round<T>(work: (baseUrl: string) => Promise<T>): Promise<T> {
    for (let nodes = 1; ; nodes += 1) {
      const asked = this.#current;
      try {
        return await work(this.#urls[asked] ?? '');
      } catch (error) {
        if (!isHdfsError(error, 'unavailable', 'lost')) throw error;
        if (asked === this.#current) this.#current = (asked + 1) % this.#urls.length;
        if (error.kind === 'lost' || nodes === this.#urls.length) throw error;
      }
    }
  }
}
