import pRetry from 'p-retry';
import type { Log } from '../../common/log.ts';
import { isHdfsError } from './error.ts';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/**
 * The NameNodes of a cluster, one of which is active. A request starts with the one that answered last. After `unavailable` (refused,
 * standby, starting, safe mode) nothing was changed, so the next one is asked: each at least once, in rounds until `patienceMs` has passed.
 * Any other error goes to the caller. After `lost`, the next request starts with another NameNode.
 */
export class NameNodes {
  readonly #urls: string[];
  readonly #patienceMs: number;
  readonly #log: Log;
  #current = 0;

  /** @param options.urls such as `http://host:9870`, at least one */
  constructor(options: { urls: readonly string[]; patienceMs: number; log: Log }) {
    if (options.urls.length === 0) {
      throw new Error(
        'Expected the address of at least one NameNode, got none. Set WEBHDFS_URL, for example http://host:9870.',
      );
    }
    this.#urls = options.urls.map((url) => url.replace(/\/+$/, ''));
    this.#patienceMs = options.patienceMs;
    this.#log = options.log;
  }

  /** Runs `work` with the base address of a NameNode until the result is not `unavailable`. */
  ask<T>(what: string, work: (baseUrl: string) => Promise<T>): Promise<T> {
    return pRetry(() => this.#round(work), {
      retries: Infinity,
      minTimeout: FIRST_PAUSE_MS,
      maxTimeout: LONGEST_PAUSE_MS,
      maxRetryTime: this.#patienceMs,
      shouldRetry: ({ error, attemptNumber, retryDelay }) => {
        if (!isHdfsError(error, 'unavailable')) return false;
        const facts = { what, round: attemptNumber, pauseMs: retryDelay, error: error.message };
        this.#log.warn('HDFS is not available; retrying', facts);
        return true;
      },
    });
  }

  /** Asks each NameNode at most once. */
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
