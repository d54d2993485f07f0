import { setTimeout as delay } from 'node:timers/promises';
import type { Command, Exit, GuardedProcess } from './child-process.ts';
import { startGuarded } from './child-process.ts';
import { noteGuard } from './directory-claim.ts';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** A run that lasted this long was a good one: the pause starts small again. */
const GOOD_RUN_MS = 60_000;

export interface ProcessSpec extends Command {
  /** Part of file names: `kafka`, `namenode`. */
  name: string;
}

/** Told of each end of a server that nobody asked for. */
export type OnExit = (name: string, exit: Exit) => void;

/**
 * One process of a server. While its server starts, an end is a failed start and is left to the caller ({@link firstExit}). From
 * {@link keepRunning} on, an end is reported and the process started again after a pause that doubles from 0.5 to 30 s, and begins anew
 * after a run of a minute. {@link stop} ends both the process and the watch over it.
 */
export class SupervisedProcess {
  readonly spec: ProcessSpec;
  readonly #directory: string;
  readonly #stopping = new AbortController();
  #current: GuardedProcess;
  #forget: () => void;
  #watch: Promise<void> = Promise.resolve();

  constructor(directory: string, spec: ProcessSpec) {
    this.#directory = directory;
    this.spec = spec;
    this.#current = startGuarded(spec);
    this.#forget = noteGuard(directory, spec.name, this.#current.pid);
  }

  get firstExit(): Promise<Exit> {
    return this.#current.exited;
  }

  get logOffset(): number {
    return this.#current.logOffset;
  }

  /** @param startedAgain called after each new start */
  keepRunning(onExit: (exit: Exit, pauseMs: number) => void, startedAgain: () => void): void {
    this.#watch = this.#keepRunning(onExit, startedAgain);
  }

  async #keepRunning(onExit: (exit: Exit, pauseMs: number) => void, startedAgain: () => void): Promise<void> {
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
      this.#forget = noteGuard(this.#directory, this.spec.name, this.#current.pid);
      startedAgain();
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#current.stop();
    await this.#watch;
    this.#forget();
  }

  #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }
}
