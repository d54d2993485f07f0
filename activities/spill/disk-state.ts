import type { Log } from '../../common/log.ts';

/** Whether the disk takes lines. Logs once when it stops, and once when it works again. */
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
    if (this.#state !== 'full')
      this.#log.warn('the lines on disk have reached SPILL_MAX_MB: sockets are not read until there is room', facts);
    this.#state = 'full';
  }

  fails(error: unknown, facts: Record<string, unknown>): void {
    const text =
      'lines cannot be written to disk: they stay in memory, sockets are not read when it is full, and the disk is tried again';
    if (this.#state !== 'failing') this.#log.error(text, { ...facts, error: String(error) });
    this.#state = 'failing';
  }
}
