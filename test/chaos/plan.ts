import { Random } from '../../infra/twitch-simulator/random.ts';

/** One fault of a run. */
export interface PlannedFault {
  name: string;
  /** Seconds after the start of the faults. */
  atSeconds: number;
}

const FIRST_AT_SECONDS = 8;
/** The last fault starts at least this long before the end. */
const QUIET_SECONDS = 5;
const PAUSES = { from: 5, to: 11 };

/**
 * The faults of a run, in order, some seconds apart. Kinds alternate in a seeded order, so that kinds with many faults do not displace
 * others. All faults of a kind are used once before one is repeated. A pure function: the same seed repeats a run.
 */
export function planFaults(options: {
  seed: number;
  minutes: number;
  /** The names of each kind. */
  kinds: readonly (readonly string[])[];
}): PlannedFault[] {
  const random = new Random(`chaos/${options.seed}`);
  const kinds = options.kinds.filter((names) => names.length > 0).map((names) => new Deck(names, random));
  const turns = new Deck(kinds, random);
  const planned: PlannedFault[] = [];
  for (let atSeconds = FIRST_AT_SECONDS; atSeconds <= options.minutes * 60 - QUIET_SECONDS;) {
    planned.push({ name: turns.draw().draw(), atSeconds });
    atSeconds += random.between(PAUSES.from, PAUSES.to);
  }
  return planned;
}

/** Draws its items in random order. After all are drawn, it starts again with a new order. */
class Deck<T> {
  readonly #items: readonly T[];
  readonly #random: Random;
  #left: T[] = [];

  constructor(items: readonly T[], random: Random) {
    this.#items = items;
    this.#random = random;
  }

  draw(): T {
    if (this.#left.length === 0) this.#left = this.#random.shuffle(this.#items);
    const drawn = this.#left.pop();
    if (drawn === undefined) throw new Error('Expected at least one item, got none.');
    return drawn;
  }
}
