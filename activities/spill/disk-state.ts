import type { Log } from '../../common/log.ts';

/** Whether the disk takes lines. That it does not is said once when it begins, and once when it is over. */
export class DiskState {
  readonly #log: Log;
  #state: 'working' | 'full' | 'failing' = 'working';

  constructor(log: Log) {
    this.#log = log;
  }

  get isWorking(): boolean {
    return this.#state === 'working';
  }

  works(facts: Record<string, unknown>): void {
    if (!this.isWorking) this.#log.info('lines go to disk again', facts);
    this.#state = 'working';
  }

  isFull(facts: Record<string, unknown>): void {
    if (this.#state !== 'full') this.#log.warn('the spill has reached SPILL_MAX_MB: sockets wait', facts);
    this.#state = 'full';
  }

  fails(error: unknown, facts: Record<string, unknown>): void {
    const text = 'lines cannot be written to disk: they stay in memory, sockets wait, and the disk is tried again';
    if (this.#state !== 'failing') this.#log.error(text, { ...facts, error: String(error) });
    this.#state = 'failing';
  }
}
