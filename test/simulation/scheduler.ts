import process from 'node:process';
import type { Random } from './random.ts';

/** The owner of a step. The steps of a dead owner never run, those of a frozen one only after it thaws. */
export interface Owner {
  isDead: boolean;
  thawsAt: number;
}

/** A possible next step. */
interface Step {
  owner: Owner | undefined;
  notBefore: number;
  act: () => void;
}

/** Does one thing of its owner. @returns false if there is nothing to do */
export type Source = () => boolean;

const GUESSES = 5;
/** The number of turns that pass when nothing can happen and nothing is due. */
const PAUSE = 60;
/** After this many such pauses in a row, nothing will ever happen. */
const PAUSES_UNTIL_OVER = 2;

/**
 * The only clock and the only order of a schedule. Each external call of a process is a pending step. Group members, producers
 * and others that act on their own are sources. Each turn picks one of them by the seed, and runs all promises that it settles
 * before the next turn.
 */
export class Scheduler {
  /** Counts turns, and jumps when nothing can happen. */
  now = 0;
  #pending: Step[] = [];
  readonly #sources: Source[] = [];
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  post(act: () => void, owner?: Owner, notBefore = 0): void {
    this.#pending.push({ owner, notBefore, act });
  }

  addSource(source: Source): void {
    this.#sources.push(source);
  }

  /** Runs until nothing is left, `isOver`, or `maxSteps`. */
  async run(isOver: () => boolean, maxSteps: number): Promise<'nothing left' | 'over' | 'endless'> {
    await promisesRunDry();
    for (let pauses = 0; pauses < PAUSES_UNTIL_OVER;) {
      if (isOver()) return 'over';
      if (this.now > maxSteps) return 'endless';
      if (this.#turn()) {
        pauses = 0;
        this.now++;
        await promisesRunDry();
      } else if (!this.#jump()) pauses++;
    }
    return 'nothing left';
  }

  #turn(): boolean {
    for (let guess = 0; guess < GUESSES; guess++) {
      if (this.#try(this.#random.below(this.#pending.length + this.#sources.length))) return true;
    }
    this.#pending = this.#pending.filter((step) => step.owner?.isDead !== true);
    const choices = this.#pending.length + this.#sources.length;
    const first = this.#random.below(choices);
    for (let offset = 0; offset < choices; offset++) {
      if (this.#try((first + offset) % choices)) return true;
    }
    return false;
  }

  /** Steps first, then sources. */
  #try(index: number): boolean {
    const step = this.#pending[index];
    if (step === undefined) return this.#sources[index - this.#pending.length]?.() ?? false;
    if (step.owner?.isDead === true || dueAt(step) > this.now) return false;
    const last = this.#pending.pop();
    if (last !== undefined && last !== step) this.#pending[index] = last;
    step.act();
    return true;
  }

  /** Jumps to the next due step. @returns false if there is none, after a pause */
  #jump(): boolean {
    const due = this.#pending.map(dueAt).filter((at) => at > this.now);
    this.now = due.length > 0 ? Math.min(...due) : this.now + PAUSE;
    return due.length > 0;
  }
}

function dueAt(step: Step): number {
  return Math.max(step.notBefore, step.owner?.thawsAt ?? 0);
}

/** Node runs `nextTick` callbacks when all promises have settled. The simulation waits for nothing else. */
function promisesRunDry(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}
