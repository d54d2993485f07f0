import { setTimeout as delay } from 'node:timers/promises';
import type { Command, Exit, GuardedProcess } from '../../common/guarded-process.ts';
import { startGuarded } from '../../common/guarded-process.ts';
import { recordGuard } from './directory-claim.ts';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** After a run of this length, the pause starts small again. */
const GOOD_RUN_MS = 60_000;

export interface ProcessSpec extends Command {
  /** Part of file names: `kafka`, `namenode`. */
  name: string;
}

/** Called when a process ends unexpectedly. */
export type OnExit = (name: string, exit: Exit) => void;

/**
 * One process of a server. While the server starts, the caller handles an exit ({@link firstExit}). After {@link keepRunning}, an exit is
 * reported and the process restarted after a pause. The pause doubles from 0.5 s to 30 s, and is reset by a run of one minute.
 */
export class SupervisedProcess {
  readonly spec: ProcessSpec;
  readonly #directory: string;
  readonly #stopping = new AbortController();
  #current: GuardedProcess;
  #removeRecord: () => void;
  #watch: Promise<void> = Promise.resolve();

  constructor(directory: string, spec: ProcessSpec) {
    this.#directory = directory;
    this.spec = spec;
    this.#current = startGuarded(spec);
    this.#removeRecord = recordGuard(directory, spec.name, this.#current.pid);
  }

  get firstExit(): Promise<Exit> {
    return this.#current.exited;
  }

  get logOffset(): number {
    return this.#current.logOffset;
  }

  keepRunning(onExit: (exit: Exit, pauseMs: number) => void, onRestart: () => void): void {
    this.#watch = this.#keepRunning(onExit, onRestart);
  }

  async #keepRunning(onExit: (exit: Exit, pauseMs: number) => void, onRestart: () => void): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    for (;;) {
      const startedAt = Date.now();
      const exit = await this.#current.exited;
      if (this.#isStopping()) return;
      if (Date.now() - startedAt > GOOD_RUN_MS) pauseMs = FIRST_PAUSE_MS;
      onExit(exit, pauseMs);
      await delay(pauseMs, undefined, { signal: this.#stopping.signal }).catch(() => {});
      if (this.#isStopping()) return;
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      this.#current = startGuarded(this.spec);
      this.#removeRecord = recordGuard(this.#directory, this.spec.name, this.#current.pid);
      onRestart();
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#current.stop();
    await this.#watch;
    this.#removeRecord();
  }

  #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }
}
