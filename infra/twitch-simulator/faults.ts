export const FAULT_KINDS = [
  '401',
  '429',
  '500',
  '503',
  'empty-page',
  'cursor-loop',
  'cursor-chain',
  'invalid-cursor',
  'data-null',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** Faults that apply only to a request with a cursor. */
export const NEED_A_CURSOR: ReadonlySet<FaultKind> = new Set<FaultKind>(['invalid-cursor', 'data-null']);

interface Storm {
  kind: FaultKind;
  forMs: number;
  /** Undefined until the first request. */
  untilMs: number | undefined;
}

/**
 * Faults for the next answers of Helix; each answer takes one. `cursor-loop` returns a page whose cursor leads back to it. `cursor-chain`
 * does the same with a different cursor each time. A storm applies to all requests, from the next one on.
 */
export class FaultQueue {
  readonly #now: () => number;
  readonly #waiting: FaultKind[] = [];
  #storm: Storm | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  add(kind: FaultKind, count: number): void {
    for (let n = 0; n < count; n += 1) this.#waiting.push(kind);
  }

  storm(kind: FaultKind, forMs: number): void {
    this.#storm = { kind, forMs, untilMs: undefined };
  }

  /** When the storm ends; undefined if there is none. */
  get stormUntilMs(): number | undefined {
    return this.#storm?.untilMs;
  }

  take(hasCursor: boolean): FaultKind | undefined {
    const blowing = this.#blowing();
    if (blowing !== undefined) return blowing;
    const at = this.#waiting.findIndex((kind) => hasCursor || !NEED_A_CURSOR.has(kind));
    return at === -1 ? undefined : this.#waiting.splice(at, 1)[0];
  }

  #blowing(): FaultKind | undefined {
    if (this.#storm === undefined) return undefined;
    this.#storm.untilMs ??= this.#now() + this.#storm.forMs;
    if (this.#now() < this.#storm.untilMs) return this.#storm.kind;
    this.#storm = undefined;
    return undefined;
  }
}
