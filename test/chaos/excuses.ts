import type { OnAirSince } from './on-air.ts';
import type { DoneFault } from './verdict.ts';

/** Before and after a fault: clocks of several processes tell when it was. */
const LEEWAY_MS = 1_000;
/** Twitch is asked once a minute who is on air, and joining takes a while. */
const JOINED_WITHIN_MS = 70_000;

/** When it is nobody's fault that nobody listened to a channel. At all other times two collectors lived, and one of them must have heard it. */
export class Excuses {
  readonly #warmUntilMs: number;
  readonly #faults: readonly DoneFault[];
  readonly #onAirSince: OnAirSince;

  constructor(options: { warmUntilMs: number; faults: readonly DoneFault[]; onAirSince: OnAirSince }) {
    this.#warmUntilMs = options.warmUntilMs;
    this.#faults = options.faults;
    this.#onAirSince = options.onAirSince;
  }

  cover(channelLogin: string, atMs: number): boolean {
    if (atMs < this.#warmUntilMs) return true;
    if (this.#faults.some((fault) => hurtsCollecting(fault) && isDuring(fault, atMs, atMs))) return true;
    const sinceMs = this.#onAirSince(channelLogin, atMs);
    return sinceMs === undefined || atMs < this.#foundByMs(sinceMs) + JOINED_WITHIN_MS;
  }

  /** A channel that comes on air during a fault may be found only after it. */
  #foundByMs(sinceMs: number): number {
    if (sinceMs < this.#warmUntilMs) return sinceMs;
    const hindering = this.#faults.filter((fault) => isDuring(fault, sinceMs, sinceMs + JOINED_WITHIN_MS));
    return Math.max(sinceMs, ...hindering.map(({ recoveredMs = Infinity }) => recoveredMs));
  }
}

function hurtsCollecting({ kind, duties }: DoneFault): boolean {
  return kind !== 'other' || duties.some((duty) => duty === 'collect-a' || duty === 'collect-b' || duty === 'poll');
}

function isDuring({ beganMs, recoveredMs = Infinity }: DoneFault, fromMs: number, toMs: number): boolean {
  return toMs >= beganMs - LEEWAY_MS && fromMs <= recoveredMs + LEEWAY_MS;
}
