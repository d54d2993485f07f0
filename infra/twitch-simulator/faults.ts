export const faultKinds = ['401', '429', '500', '503', 'empty-page', 'cursor-loop'] as const;
export type FaultKind = (typeof faultKinds)[number];

/** Faults that were ordered for the next answers of Helix; each answer takes one. */
export class FaultQueue {
  readonly #waiting: FaultKind[] = [];

  order(kind: FaultKind, count: number): void {
    for (let n = 0; n < count; n += 1) this.#waiting.push(kind);
  }

  take(): FaultKind | undefined {
    return this.#waiting.shift();
  }
}
