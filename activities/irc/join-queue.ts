import type { JoinBudget } from './join-budget.ts';

/** A JOIN that waits for its turn. */
export interface WaitingJoin {
  /** Whether it is still wanted when its turn comes. One that is not costs nothing. */
  isWanted(): boolean;
  send(): void;
}

/**
 * Sends JOINs as fast as the budget allows and no faster. Those of connections that broke off often come after those of others, so that
 * rooms that come and go with one connection leave the budget to the rest; among equals it is the order in which they were asked for.
 */
export class JoinQueue {
  readonly #budget: JoinBudget;
  /** By how many attempts in a row their connection took, fewest first. */
  readonly #waiting: { attempt: number; join: WaitingJoin }[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(budget: JoinBudget) {
    this.#budget = budget;
  }

  /** @param attempt how many attempts in a row came before that of the room's connection */
  add(join: WaitingJoin, attempt: number): void {
    const behind = this.#waiting.findLastIndex((it) => it.attempt <= attempt);
    this.#waiting.splice(behind + 1, 0, { attempt, join });
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
      const next = this.#waiting[0]?.join;
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
