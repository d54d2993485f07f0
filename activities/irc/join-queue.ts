import type { JoinBudget } from './join-budget.ts';

/** A JOIN that waits for its turn. */
export interface WaitingJoin {
  /** Whether it is still wanted when its turn comes. One that is not costs nothing. */
  isWanted(): boolean;
  send(): void;
}

/** Sends JOINs in the order they were asked for, as fast as the budget allows and no faster. */
export class JoinQueue {
  readonly #budget: JoinBudget;
  readonly #waiting: WaitingJoin[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(budget: JoinBudget) {
    this.#budget = budget;
  }

  add(join: WaitingJoin): void {
    this.#waiting.push(join);
    if (this.#timer === undefined) this.#serve();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting.length = 0;
  }

  #serve(): void {
    this.#timer = undefined;
    for (;;) {
      const next = this.#waiting[0];
      if (next === undefined) return;
      if (next.isWanted()) {
        if (!this.#budget.take()) break;
        this.#waiting.shift();
        next.send();
      } else this.#waiting.shift();
    }
    this.#timer = setTimeout(() => this.#serve(), Math.max(1, this.#budget.waitMs()));
  }
}
