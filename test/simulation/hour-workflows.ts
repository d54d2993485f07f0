import { FactError } from '../../activities/errors.ts';
import { addHours, hourOf, hourStartMs } from '../../workflows/hour.ts';
import type { Hour } from '../../workflows/hour.ts';
import type { Lake } from './lake.ts';
import { RefinerProcess } from './refiner-process.ts';

/** The steps of an hour's workflow. A step is done when Temporal knows that it is. */
type Next = 'boundaries' | 'tiles' | 'compaction' | 'refinement' | 'nothing';

interface HourWorkflow {
  hour: Hour;
  next: Next;
  boundariesPath: string;
  /** The process of the next step, which may have died. */
  attempt: { by: RefinerProcess } | undefined;
  /** The state of red at the last check whether it covers the hour. */
  lookedAt: number;
}

/** The workflow of an hour starts two minutes after its end. */
export const DELAY_MS = 120_000;
const MOST_EARLY_WORKS = 5;

/**
 * Temporal with the workflows of the hours, which never forget finished steps, and the refiner. An activity that failed or whose process died
 * is retried. A process without heartbeats is replaced, but it may wake up and continue.
 */
export class HourWorkflows {
  readonly workflows: HourWorkflow[] = [];
  refiner: RefinerProcess;
  readonly #lake: Lake;
  #refiners = 1;
  #nextHour: Hour;
  #nextStartMs: number;
  #earlyWorks = 0;

  /** All steps are done, and the last check runs. */
  isOver = false;

  constructor(lake: Lake) {
    this.#lake = lake;
    this.#nextHour = hourOf(lake.clock.nowMs);
    this.#nextStartMs = startOf(this.#nextHour);
    this.refiner = new RefinerProcess(lake, 'refiner-1');
  }

  act(): boolean {
    const { stage, clock } = this.#lake;
    const { random } = stage;
    if (this.refiner.isDead || (this.refiner.isFrozen && random.chance(0.1))) return this.#replaceRefiner();
    if (clock.nowMs >= this.#nextStartMs) return this.#startWorkflow();
    if (!stage.faults.areOver && this.#disturb()) return true;
    const waiting = this.workflows.filter((workflow) => this.#isWaiting(workflow));
    if (waiting.length === 0) return false;
    this.#attempt(random.pick(waiting));
    return true;
  }

  /** After all steps, a refinement of any hour changes nothing. */
  refineAgain(): void {
    this.isOver = true;
    const { stage, yellow } = this.#lake;
    const { hour } = stage.random.pick(this.workflows);
    const before = yellow.digests();
    const check = (): void => {
      if (yellow.digests() !== before) stage.violated(`a second refinement of ${hour} makes another yellow`);
    };
    new RefinerProcess(this.#lake, 'refiner-again').refine(hour, true).then(check, (error: unknown) => {
      stage.violated(`a second refinement of ${hour} failed: ${String(error)}`);
    });
  }

  /** Replaces a refiner that is alive and continues, or works on an hour before red has all of it. */
  #disturb(): boolean {
    const { random, faults } = this.#lake.stage;
    if (random.chance(faults.areFor('boundaries') ? 0.05 : 0.005)) return this.#replaceRefiner();
    if (this.#earlyWorks >= MOST_EARLY_WORKS) return false;
    return random.chance(faults.areFor('refinement') ? 0.2 : 0.03) && this.#workEarly();
  }

  #replaceRefiner(): boolean {
    const { trace, scheduler } = this.#lake.stage;
    this.refiner = new RefinerProcess(this.#lake, `refiner-${++this.#refiners}`);
    trace.add(scheduler.now, this.refiner.name, 'starts');
    for (const workflow of this.workflows) Object.assign(workflow, { attempt: undefined, lookedAt: -1 });
    return true;
  }

  #startWorkflow(): boolean {
    const hour = this.#nextHour;
    this.#nextHour = addHours(hour, 1);
    this.#nextStartMs = startOf(this.#nextHour);
    this.workflows.push({ hour, next: 'boundaries', boundariesPath: '', attempt: undefined, lookedAt: -1 });
    return true;
  }

  /** Compacts or refines the open hour, as far as red has it, or the previous one. */
  #workEarly(): boolean {
    this.#earlyWorks++;
    const { stage, clock } = this.#lake;
    const { random, trace, scheduler } = stage;
    const hour = addHours(hourOf(clock.nowMs), -random.below(2));
    // A compaction that dies without a retry leaves parts beside their union. Only one before the hour's own may do that.
    const isCompaction = random.chance(0.3) && !this.#isCovered(hour);
    trace.add(
      scheduler.now,
      this.refiner.name,
      'gets',
      `early ${isCompaction ? 'compaction' : 'refinement'} of ${hour}`,
    );
    const work = isCompaction ? this.refiner.compact(hour) : this.refiner.refine(hour, false);
    work.catch((error: unknown) => this.#checkFailure(error));
    return true;
  }

  #isCovered(hour: Hour): boolean {
    const next = this.workflows.find((workflow) => workflow.hour === hour)?.next;
    return next === 'compaction' || next === 'refinement' || next === 'nothing';
  }

  #isWaiting({ next, attempt, lookedAt }: HourWorkflow): boolean {
    if (next === 'nothing' || attempt !== undefined) return false;
    return next !== 'tiles' || lookedAt !== this.#lake.red.changes;
  }

  #attempt(workflow: HourWorkflow): void {
    const { trace, scheduler } = this.#lake.stage;
    const attempt = { by: this.refiner };
    workflow.attempt = attempt;
    trace.add(scheduler.now, this.refiner.name, 'gets', `${workflow.next} of ${workflow.hour}`);
    this.#do(workflow, attempt.by).then(
      (next) => {
        if (workflow.attempt !== attempt) return;
        workflow.next = next;
        workflow.attempt = undefined;
      },
      (error: unknown) => {
        this.#checkFailure(error);
        workflow.lookedAt = -1;
        if (workflow.attempt === attempt) workflow.attempt = undefined;
      },
    );
  }

  /** One attempt at the next step. @returns the step after it */
  async #do(workflow: HourWorkflow, refiner: RefinerProcess): Promise<Next> {
    const { hour, next } = workflow;
    switch (next) {
      case 'boundaries': {
        const path = await refiner.takeBoundaries(hour);
        workflow.boundariesPath = path;
        return 'tiles';
      }
      case 'tiles':
        workflow.lookedAt = this.#lake.red.changes;
        return (await refiner.isCovered(hour, workflow.boundariesPath)) ? 'compaction' : 'tiles';
      case 'compaction':
        await refiner.compact(hour);
        return 'refinement';
      case 'refinement':
        await refiner.refine(hour, true);
        return 'nothing';
      case 'nothing':
        return 'nothing';
    }
  }

  /** Temporal does not retry a permanent error, and a person has to act. */
  #checkFailure(error: unknown): void {
    const { stage } = this.#lake;
    stage.trace.add(stage.scheduler.now, 'Temporal', 'gets the failure', '', String(error));
    if (error instanceof FactError && !error.retryable) stage.violated(`an activity gave up: ${error.message}`);
  }
}

/** The start time of the workflow of an hour. */
function startOf(hour: Hour): number {
  return hourStartMs(addHours(hour, 1)) + DELAY_MS;
}
