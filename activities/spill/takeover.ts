import { renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../../common/log.ts';
import type { RunDirectory } from './run-directory.ts';
import { SpillMessages } from './messages.ts';
import { claimedBelow, claimedPath, removeRunDirectory, runsBelow, segmentsBelow } from './runs.ts';
import type { SpillOwner, SpillRun } from './runs.ts';
import type { SpillSegment } from './segment.ts';

interface TakeoverOptions {
  /** The directory that holds those of all runs. */
  root: string;
  owner: SpillOwner;
  /** The directory of this run. */
  own: RunDirectory;
  /** Called with each segment as it becomes this run's own, oldest first. */
  taken: (segment: SpillSegment) => void;
  now: () => number;
  log: Log;
}

/** A run whose process nobody here can see is taken for left when it was not touched for so long: sixty touches. */
const LEFT_AFTER_MS = 600_000;

/**
 * Makes the segments of runs that have ended one's own: of those whose process is dead, and of those elsewhere (another container, another
 * machine, this one before it was started anew) that were left untouched for {@link LEFT_AFTER_MS}. A whole run is claimed in one step, by
 * moving its directory into one's own: of several collectors that try at once one succeeds. Then its segments are taken out of it, one by one;
 * where that fails half-way the rest of them stay there, and are looked at again; where the process dies, the next finds in its directory
 * all that it had. What cannot be taken over stays where it is, and is said once.
 */
export class SpillTakeover {
  readonly #options: TakeoverOptions;
  readonly #said = new Set<string>();

  constructor(options: TakeoverOptions) {
    this.#options = options;
  }

  /** To be called at the start, and every few seconds. */
  look(): void {
    const { root, owner, own } = this.#options;
    this.#orSay('', () => {
      for (const { run, claimed } of own.path === undefined ? [] : claimedBelow(own.path))
        this.#orSay(run, () => this.#takeOut(run, claimed));
      for (const found of runsBelow(root, owner)) this.#orSay(found.run, () => this.#lookAt(found));
    });
  }

  #lookAt({ run, owner, fate, touchedAtMs }: SpillRun): void {
    if (fate === 'lives') return;
    const untouchedMs = this.#options.now() - touchedAtMs;
    if (fate === 'dead' || untouchedMs >= LEFT_AFTER_MS) this.#takeOver(run);
    else this.#sayUnknown({ run, owner, untouchedSeconds: Math.round(untouchedMs / 1_000) });
  }

  #takeOver(run: string): void {
    const { root, own } = this.#options;
    const directory = join(root, run);
    if (segmentsBelow(directory).length === 0) return removeRunDirectory(directory);
    const claimed = claimedPath(own.ensure(), run);
    if (moved(directory, claimed)) this.#takeOut(run, claimed);
  }

  /** A segment is this run's own once it is moved: after that nothing may fail. */
  #takeOut(run: string, claimed: string): void {
    const { own, taken, log } = this.#options;
    const paths = segmentsBelow(claimed);
    for (const from of paths) {
      const path = own.nextSegment();
      const bytes = statSync(from).size;
      renameSync(from, path);
      taken({ path, bytes, lines: undefined, messages: new SpillMessages(), damaged: false });
    }
    removeRunDirectory(claimed);
    log.info('took over what a dead collector left on disk', { run, segments: paths.length });
  }

  #sayUnknown(facts: { run: string; owner: string; untouchedSeconds: number }): void {
    const paths = segmentsBelow(join(this.#options.root, facts.run));
    const bytes = paths.reduce((sum, path) => sum + statSync(path).size, 0);
    if (bytes === 0 || this.#said.has(facts.run)) return;
    this.#said.add(facts.run);
    const text =
      'lines on disk belong to a collector in another container or on another machine; they are taken over ten minutes after its last touch, or once somebody removes the file `owner` beside them';
    this.#options.log.warn(text, { ...facts, bytes });
  }

  #orSay(run: string, act: () => void): void {
    try {
      act();
    } catch (error) {
      if (this.#said.has(`${run} failed`)) return;
      this.#said.add(`${run} failed`);
      const facts = { directory: this.#options.root, run, error: String(error) };
      this.#options.log.error(
        'what a dead collector left on disk could not be taken over; it stays there, and is tried again',
        facts,
      );
    }
  }
}

/** False where somebody else was quicker. */
function moved(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
