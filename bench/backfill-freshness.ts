/** What the page shows of the open hour: red as it was when the newest refinement began that the page was made after. */
export class Freshness {
  /** Hours that were refined and are over. */
  hoursRefined = 0;
  #refinedFromMs: number | undefined;
  #shownFromMs: number | undefined;

  /** @param startedAtMs when the refinement of the open hour began that has now ended; undefined for another hour */
  refined(startedAtMs: number | undefined): void {
    if (startedAtMs === undefined) this.hoursRefined += 1;
    else this.#refinedFromMs = startedAtMs;
  }

  /** What a report that begins now will show. */
  read(): number | undefined {
    return this.#refinedFromMs;
  }

  published(shows: number | undefined): void {
    this.#shownFromMs = shows;
  }

  /** Undefined until a page shows anything. */
  age(nowMs: number): number | undefined {
    return this.#shownFromMs === undefined ? undefined : nowMs - this.#shownFromMs;
  }
}
