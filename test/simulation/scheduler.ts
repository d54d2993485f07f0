import process from 'node:process';
import type { Random } from './random.ts';

/** Whoever a step belongs to: a dead one's steps never happen, a frozen one's not before it thaws. */
export interface Owner {
  isDead: boolean;
  thawsAt: number;
}

/** Something that can happen next. */
interface Step {
  owner: Owner | undefined;
  notBefore: number;
  act: () => void;
}

/** Does one thing that its owner has to do now; false where there is nothing. */
export type Source = () => boolean;

const GUESSES = 5;
/** So many steps pass at once when nothing can happen and nothing is due. */
const PAUSE = 60;
/** After so many of them in a row with nothing happening, nothing ever will. */
const PAUSES_UNTIL_OVER = 2;

/**
 * The only clock and the only order of a schedule. Every call of a process to the outside is a pending step; members of the group, producers
 * and whoever else acts by itself are sources. Each turn one of them is picked by the seed, and all promises that it settles are run dry
 * before the next turn.
 */
export class Scheduler {
  /** Counts turns; when nothing can happen it jumps. */
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

  /** Goes on until nothing is left to happen, `isOver`, or `maxSteps`. */
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

  /** To the next step that is due; false where none is, and a pause passes. */
  #jump(): boolean {
    const due = this.#pending.map(dueAt).filter((at) => at > this.now);
    this.now = due.length > 0 ? Math.min(...due) : this.now + PAUSE;
    return due.length > 0;
  }
}

function dueAt(step: Step): number {
  return Math.max(step.notBefore, step.owner?.thawsAt ?? 0);
}

/** Node calls back from `nextTick` when no promise has anything left to do: nothing here ever waits for anything else. */
function promisesRunDry(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}
