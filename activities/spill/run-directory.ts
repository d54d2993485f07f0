import { join } from 'node:path';
import type { Log } from '../../common/log.ts';
import { makeRunDirectory, removeRunDirectory, segmentFile, segmentsBelow, touchOwner } from './runs.ts';
import type { SpillOwner } from './runs.ts';

interface RunDirectoryOptions {
  /** The directory that holds those of all runs. */
  root: string;
  run: string;
  owner: SpillOwner;
  now: () => number;
  log: Log;
}

const touchEveryMs = 10_000;
/** Far less than the time after which others take an untouched run for left. */
const certainForMs = 60_000;

/**
 * This run's own directory, made when it is first needed. While it lives its owner file is touched, so that runs on other machines and in
 * other containers, which cannot see the process, leave it alone. A process that stood still for so long that it may have been taken for
 * dead looks at its owner file before it writes; where that is gone, so is the directory, and the next is made under another name.
 */
export class RunDirectory {
  readonly #options: RunDirectoryOptions;
  #path: string | undefined;
  #made = 0;
  #segments = 0;
  #touchedAtMs = 0;

  constructor(options: RunDirectoryOptions) {
    this.#options = options;
  }

  /** Undefined where there is none yet, or none any more. */
  get path(): string | undefined {
    return this.#path;
  }

  /** Made where there is none. @throws the system's error */
  ensure(): string {
    if (this.#path !== undefined) return this.#path;
    const { root, run, owner, now } = this.#options;
    const name = this.#made === 0 ? run : `${run}.${this.#made}`;
    this.#path = makeRunDirectory(root, name, owner);
    this.#made += 1;
    this.#touchedAtMs = now();
    return this.#path;
  }

  /** The path of a segment behind all others. */
  nextSegment(): string {
    return join(this.ensure(), segmentFile(++this.#segments));
  }

  /** The path of a segment before all others; there is one. */
  firstSegment(): string {
    return join(this.ensure(), segmentFile(0));
  }

  /** To be called every few seconds. */
  touch(): void {
    if (this.#options.now() - this.#touchedAtMs >= touchEveryMs) this.#touchNow();
  }

  /** Whether what was made is surely still one's own. */
  isCertain(): boolean {
    if (this.#options.now() - this.#touchedAtMs >= certainForMs) this.#touchNow();
    return this.#path !== undefined;
  }

  /** The directory is gone. */
  forget(): void {
    this.#path = undefined;
  }

  /** @throws the system's error */
  removeIfEmpty(): void {
    if (this.#path !== undefined && segmentsBelow(this.#path).length === 0) removeRunDirectory(this.#path);
  }

  #touchNow(): void {
    const path = this.#path;
    if (path === undefined) return;
    const { now, log } = this.#options;
    try {
      touchOwner(path, now());
      this.#touchedAtMs = now();
    } catch (error) {
      // A disk that fails is told of where lines are written, and goes on being touched.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return;
      this.forget();
      const text =
        'the spill directory of this run has no owner file any more: another run took it over, or somebody removed it; what comes goes to a new one';
      log.error(text, { directory: path });
    }
  }
}
