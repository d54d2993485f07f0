import { crashPoints, lookedForAfter, rareCrashPoints } from './crash-points.ts';
import type { CrashPoint } from './crash-points.ts';
import type { Random } from './random.ts';

/**
 * What happens at one call of a process to the outside:
 * - `crashBefore`, `crashAfter`: the process dies before or after the call has done its work; `crashLate`: it dies, and what it sent is done
 *   some time later;
 * - `freezeBefore`, `freezeAfter`: it stands still before or after the call, and goes on some time later;
 * - `refuse`: it cannot be done now, and nothing was changed;
 * - `loseRequest`, `loseAnswer`: no answer comes, and the call was not done, or was; `late`: it is done some time later;
 * - `breakOff`: an upload, a download or a written file ends too early, and the shorter file stays.
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

/** What can happen to a call, by its kind. */
export const possible = {
  /** A question to HDFS. */
  read: [...ALWAYS, 'refuse'],
  /** A change of the names in HDFS. */
  change: OF_ACHANGE,
  /** The bytes of a file on their way to HDFS: everything can happen to them, and this most of all. */
  upload: [...OF_ACHANGE, 'breakOff', 'breakOff'],
  download: [...ALWAYS, 'refuse', 'breakOff'],
  /** A question to Kafka. */
  ask: [...ALWAYS, 'refuse'],
  /** A file written to the local disk, which may be full. */
  write: [...ALWAYS, 'breakOff'],
  /** Anything else on the local disk. */
  disk: ALWAYS,
} satisfies Record<string, readonly Fault[]>;
export type CallKind = keyof typeof possible;

/** A fault that a process has suffered, and where. */
export interface Suffering {
  point: CrashPoint;
  kind: CallKind;
  fault: Fault;
}

/** How many calls in a thousand have a fault; each seed has one of these. */
const RATES = [0, 10, 25, 50, 100];
/** How often processes crash and freeze in one schedule, at most. */
const MOST_CRASHES = 8;
const MOST_FREEZES = 6;
/** How often a fault is tried at a step that the seed is for, and how often an answer is lost on the way to one. */
const TIMES_AT_TARGET = 2;
const MOST_LOST_FOR_TARGET = 6;

/** A step that a seed is for, and which of the faults that are possible there is its own. */
interface Target {
  point: CrashPoint | undefined;
  turn: number;
  times: number;
}

/**
 * Decides by the seed what goes wrong. Each seed leaves some faults out, so that the others come in strange company. And each is for two
 * steps, one of them a rare one, with a fault of its own at each: so that every fault at every step gets its turn.
 */
export class Faults {
  /** From then on everything works. */
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
    this.#targets = [crashPoints, rareCrashPoints].map((points) => ({
      point: points[seed % points.length],
      turn: Math.floor(seed / points.length),
      times: 0,
    }));
    this.#rate = random.pick(RATES) / 1_000;
    this.#leftOut = new Set(possible.upload.filter(() => random.chance(0.3)));
  }

  /** Whether the seed is for a step of this kind, so that what leads to it is to happen more often. */
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

  /** Nobody looks for what a change has done unless its answer was lost. */
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
