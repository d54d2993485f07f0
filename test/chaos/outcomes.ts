import { NotDone } from './not-done.ts';
import type { DoneFault } from './verdict.ts';

/** The outcomes of the faults of a run. */
export class Outcomes {
  /** The faults that happened. */
  readonly faults: DoneFault[] = [];
  /** Messages about faults that could not be done. */
  readonly failures: string[] = [];
  readonly #say: (text: string) => void;
  readonly #toldForGood = new Set<string>();

  constructor(say: (text: string) => void) {
    this.#say = say;
  }

  /** Never rejects: a failed fault does not end the run. */
  async take(name: string, doing: Promise<DoneFault | NotDone>): Promise<void> {
    try {
      const outcome = await doing;
      if (outcome instanceof NotDone) this.#tell(name, outcome);
      else this.faults.push(outcome);
    } catch (error) {
      this.failures.push(`${name} could not be done: ${String(error)}`);
      this.#say(`${name} could not be done: ${String(error)}`);
    }
  }

  #tell(name: string, { why, always }: NotDone): void {
    if (this.#toldForGood.has(why)) return;
    if (always) this.#toldForGood.add(why);
    this.#say(`${name} did not happen: ${why}`);
  }
}
