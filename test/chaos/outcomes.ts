import { NotDone } from './not-done.ts';
import type { DoneFault } from './verdict.ts';

/** What has come of the faults of a run. */
export class Outcomes {
  /** Those that happened. */
  readonly faults: DoneFault[] = [];
  /** Those that could not be done, in words. */
  readonly failings: string[] = [];
  readonly #say: (text: string) => void;
  readonly #toldForGood = new Set<string>();

  constructor(say: (text: string) => void) {
    this.#say = say;
  }

  /** Never rejects: what goes wrong with one fault is no reason to end the run. */
  async take(name: string, doing: Promise<DoneFault | NotDone>): Promise<void> {
    try {
      const outcome = await doing;
      if (outcome instanceof NotDone) this.#tell(name, outcome);
      else this.faults.push(outcome);
    } catch (error) {
      this.failings.push(`${name} could not be done: ${String(error)}`);
      this.#say(`${name} could not be done: ${String(error)}`);
    }
  }

  #tell(name: string, { why, always }: NotDone): void {
    if (this.#toldForGood.has(why)) return;
    if (always) this.#toldForGood.add(why);
    this.#say(`${name} did not happen: ${why}`);
  }
}
