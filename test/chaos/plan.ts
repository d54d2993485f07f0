import { Random } from '../../infra/twitch-simulator/random.ts';

/** One fault of a run. */
export interface PlannedFault {
  name: string;
  /** Seconds after the start of the faults. */
  atSeconds: number;
}

const firstAtSeconds = 8;
/** So long before the end the last one begins at the latest. */
const quietSeconds = 5;
const pauses = { from: 5, to: 11 };

/**
 * The faults of a run, in order: all names in an order that the seed draws, then in another, with some seconds between their beginnings. A
 * pure function, so that a seed repeats a run.
 */
export function planFaults(options: { seed: number; minutes: number; names: readonly string[] }): PlannedFault[] {
  const random = new Random(`chaos/${options.seed}`);
  const planned: PlannedFault[] = [];
  let names: string[] = [];
  for (let atSeconds = firstAtSeconds; atSeconds <= options.minutes * 60 - quietSeconds;) {
    if (names.length === 0) names = random.shuffle(options.names);
    const name = names.pop();
    if (name === undefined) break;
    planned.push({ name, atSeconds });
    atSeconds += random.between(pauses.from, pauses.to);
  }
  return planned;
}
