import { FactError } from '../../activities/errors.ts';
import { hourOfRefinement } from '../../activities/yellow/publishing.ts';
import type { Hour } from '../../workflows/hour.ts';
import type { HourWorkflows } from './hour-workflows.ts';
import type { Lake } from './lake.ts';
import type { RefinerProcess } from './refiner-process.ts';

/**
 * Temporal with the workflow that forgets a user, in half of the schedules. After it has entered the user, it erases hours of red that have
 * messages of the user, then hours of yellow. It looks again as long as something is left, as the proof of the real one does, also at what a
 * loader with an older list stores late.
 */
export class ForgetWorkflow {
  readonly #lake: Lake;
  readonly #hours: HourWorkflows;
  readonly #isWanted: boolean;
  readonly #patience: number;
  readonly #waitsForRetention: boolean;
  readonly #seen = new Set<string>();
  #turns = 0;
  /** The process of the current activity, which may have died. */
  #attempt: { by: RefinerProcess } | undefined;
  /** The hour of yellow that is being made again, until that has succeeded. */
  #hour: Hour | undefined;

  constructor(lake: Lake, hours: HourWorkflows) {
    const { random, faults } = lake.stage;
    this.#lake = lake;
    this.#hours = hours;
    const { isWanted } = lake.retention;
    this.#isWanted = faults.areFor('erasure') || faults.areFor('union') || random.chance(0.5);
    this.#patience = random.pick([5, 30, 100]);
    this.#waitsForRetention = isWanted && random.chance(0.6);
  }

  act(): boolean {
    const { forgetting, red, yellow } = this.#lake;
    if (!this.#isWanted) return false;
    if (!forgetting.isEntered) return this.#enter();
    const { refiner } = this.#hours;
    if (refiner.isDead || (this.#attempt !== undefined && this.#attempt.by === refiner)) return false;
    const [tile] = red.traces();
    if (tile !== undefined) return this.#try(refiner, `erasure of ${tile.hour}`, () => refiner.erase(tile.hour));
    const hour = (this.#hour ??= yellow.traces()[0] ?? this.#interruptedHour());
    if (hour === undefined) return false;
    return this.#try(
      refiner,
      `refinement of ${hour} without the user`,
      () => refiner.eraseYellow(hour),
      () => void (this.#hour = undefined),
    );
  }

  /** An hour whose refinement was interrupted, once: its manifest may be older than its tables. */
  #interruptedHour(): Hour | undefined {
    if (this.#hours.isOver) return undefined;
    const left = this.#lake.nameNode.list('/lake/yellow/.refinements').map(({ path }) => path);
    const path = left.find((it) => !this.#seen.has(it));
    if (path === undefined) return undefined;
    this.#seen.add(path);
    return hourOfRefinement(path);
  }

  /** Once red has messages of the user, and after some turns. */
  #enter(): boolean {
    const { stage, forgetting, red, yellow, retention } = this.#lake;
    if (this.#waitsForRetention && !retention.isDone) return false;
    if (red.traces().length + yellow.traces().length === 0) return false;
    if (++this.#turns < this.#patience) return true;
    forgetting.isEntered = true;
    stage.trace.add(stage.scheduler.now, 'Temporal', 'enters the user');
    return true;
  }

  /** Of several attempts, only the last one counts. */
  #try(by: RefinerProcess, what: string, work: () => Promise<void>, succeeded = (): void => {}): boolean {
    const { stage } = this.#lake;
    const attempt = { by };
    this.#attempt = attempt;
    stage.trace.add(stage.scheduler.now, by.name, 'gets', what);
    const done = (): void => {
      if (this.#attempt === attempt) this.#attempt = undefined;
    };
    const end = (): void => {
      if (this.#attempt === attempt) succeeded();
      done();
    };
    work().then(end, (error: unknown) => {
      stage.trace.add(stage.scheduler.now, 'Temporal', 'gets the failure', what, String(error));
      if (error instanceof FactError && !error.retryable) stage.violated(`an erasure gave up: ${error.message}`);
      done();
    });
    return true;
  }
}
