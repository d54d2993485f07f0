import type { OnAirSince } from './on-air.ts';
import type { DoneFault } from './verdict.ts';

/** Tolerance around a fault, since the clocks of several processes date it. */
const LEEWAY_MS = 1_000;
/** Twitch is polled once a minute, and joining takes some time. */
const JOINED_WITHIN_MS = 70_000;

/** Times at which a gap is explained. At all other times two collectors were running, and one of them must have received the message. */
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

  /** A channel that comes on air during a fault may be found only afterwards. */
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
