import { CRASH_POINTS } from './crash-points.ts';
import type { CrashPoint } from './crash-points.ts';
import { lookedForAfter, RARE_CRASH_POINTS } from './rare-crash-points.ts';
import type { Random } from './random.ts';

/**
 * Faults of one external call of a process:
 * - `crashBefore`, `crashAfter`: the process dies before or after the call takes effect; `crashLate`: it dies, and the call takes effect
 *   later;
 * - `freezeBefore`, `freezeAfter`: it freezes before or after the call, and continues later;
 * - `refuse`: the call fails, and nothing was changed;
 * - `loseRequest`, `loseAnswer`: no answer arrives, and the call had no effect, or had one; `late`: it takes effect later;
 * - `breakOff`: an upload, a download or a write ends too early, and the shorter file stays.
 */
export type Fault =
  | 'crashBefore'
  | 'crashAfter'
  | 'crashLate'
  | 'freezeBefore'
  | 'freezeAfter'
  | 'refuse'
  | 'loseRequest'
  | 'loseAnswer'
  | 'late'
  | 'breakOff';

const ALWAYS = ['crashBefore', 'crashAfter', 'freezeBefore', 'freezeAfter'] as const;
const OF_ACHANGE = [...ALWAYS, 'crashLate', 'refuse', 'loseRequest', 'loseAnswer', 'late'] as const;

/** The possible faults by kind of call. */
export const possible = {
  /** A read from HDFS. */
  read: [...ALWAYS, 'refuse'],
  /** A change of names in HDFS. */
  change: OF_ACHANGE,
  /** An upload to HDFS: every fault is possible, breakOff most often. */
  upload: [...OF_ACHANGE, 'breakOff', 'breakOff'],
  download: [...ALWAYS, 'refuse', 'breakOff'],
  /** A read from Kafka. */
  ask: [...ALWAYS, 'refuse'],
  /** A write to the local disk, which may be full. */
  write: [...ALWAYS, 'breakOff'],
  /** Anything else on the local disk. */
  disk: ALWAYS,
} satisfies Record<string, readonly Fault[]>;
export type CallKind = keyof typeof possible;

/** A fault of a process, and where. */
export interface Suffering {
  point: CrashPoint;
  kind: CallKind;
  fault: Fault;
}

/** Faults per thousand calls. Each seed uses one of these rates. */
const RATES = [0, 10, 25, 50, 100];
/** Limit for crashes and freezes in one schedule. */
const MOST_CRASHES = 8;
const MOST_FREEZES = 6;
/** How often a fault is tried at a target step of the seed, and how often an answer is lost on the way to it. */
const TIMES_AT_TARGET = 2;
const MOST_LOST_FOR_TARGET = 6;

/** A target step of a seed, and the fault that it tries there. */
interface Target {
  point: CrashPoint | undefined;
  turn: number;
  times: number;
}

/**
 * Chooses faults by the seed. Each seed leaves some faults out, so that unusual combinations of the others occur. Each seed has two
 * target steps, one of them rare, with a fault for each. So every fault occurs at every step.
 */
export class Faults {
  /** No more faults from now on. */
  areOver = false;
  readonly #random: Random;
  readonly #rate: number;
  readonly #leftOut: ReadonlySet<Fault>;
  readonly #targets: Target[];
  #crashes = 0;
  #freezes = 0;
  #lostForTarget = 0;

  constructor(random: Random, seed: number) {
    this.#random = random;
    this.#targets = [CRASH_POINTS, RARE_CRASH_POINTS].map((points) => ({
      point: points[seed % points.length],
      turn: Math.floor(seed / points.length),
      times: 0,
    }));
    this.#rate = random.pick(RATES) / 1_000;
    this.#leftOut = new Set(possible.upload.filter(() => random.chance(0.3)));
  }

  /** Whether the seed targets such a step, so that the events before it should happen more often. */
  areFor(kind: string): boolean {
    return this.#targets.some(({ point }) => point?.startsWith(kind));
  }

  at(point: CrashPoint, kind: CallKind): Fault | undefined {
    if (this.areOver) return undefined;
    const target = this.#targets.find((one) => one.point === point && one.times < TIMES_AT_TARGET);
    if (target !== undefined && this.#random.chance(0.6)) {
      target.times++;
      return possible[kind][target.turn % possible[kind].length];
    }
    if (this.#leadsToTarget(point)) return this.#random.pick(['loseRequest', 'loseAnswer'] as const);
    if (!this.#random.chance(this.#rate)) return undefined;
    const fault = this.#random.pick<Fault>(possible[kind]);
    return this.#leftOut.has(fault) || this.#isTooMuch(fault) ? undefined : fault;
  }

  /** The outcome of a change is looked for only after a lost answer. */
  #leadsToTarget(change: CrashPoint): boolean {
    if (this.#lostForTarget >= MOST_LOST_FOR_TARGET) return false;
    const leads = this.#targets.some(({ point }) => point !== undefined && lookedForAfter[point] === change);
    return leads && this.#random.chance(0.5) && ++this.#lostForTarget > 0;
  }

  #isTooMuch(fault: Fault): boolean {
    if (fault.startsWith('crash')) return this.#crashes++ >= MOST_CRASHES;
    if (fault.startsWith('freeze')) return this.#freezes++ >= MOST_FREEZES;
    return false;
  }
}
