import type { Gap } from './gap.ts';

/** As many as a collector listens to. */
const MOST_CHANNELS = 10_000;
/** A service that keeps the last lines has those of the newest gaps. */
const MOST_GAPS_OF_CHANNEL = 10;

interface Waiting {
  /** Oldest first. */
  gaps: Gap[];
  /** When the last of them was added. */
  addedAtMs: number;
}

/** Gaps that wait to be filled, by channel: one request serves all gaps of a channel. */
export class WaitingGaps {
  readonly #channels = new Map<string, Waiting>();

  get isEmpty(): boolean {
    return this.#channels.size === 0;
  }

  /** @returns the gaps that are given up, because there are too many */
  add(gap: Gap, nowMs: number): Gap[] {
    const { channelId } = gap;
    const all = [...(this.#channels.get(channelId)?.gaps ?? []), gap];
    this.#channels.set(channelId, { gaps: all.slice(-MOST_GAPS_OF_CHANNEL), addedAtMs: nowMs });
    const tooOld = all.slice(0, -MOST_GAPS_OF_CHANNEL);
    const [oldest] = this.#channels;
    if (this.#channels.size <= MOST_CHANNELS || oldest === undefined) return tooOld;
    this.#channels.delete(oldest[0]);
    return [...tooOld, ...oldest[1].gaps];
  }

  /** Takes out the gaps of up to `count` channels whose last gap was added `settleMs` ago, first come first. */
  take(count: number, { nowMs, settleMs }: { nowMs: number; settleMs: number }): Gap[][] {
    // The clock may have been set back.
    const settled = [...this.#channels].filter(([, { addedAtMs }]) => Math.abs(nowMs - addedAtMs) >= settleMs);
    const taken = settled.slice(0, count);
    for (const [channelId] of taken) this.#channels.delete(channelId);
    return taken.map(([, { gaps }]) => gaps);
  }
}
