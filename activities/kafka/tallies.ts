import { tallyWindowMs } from './coverage-record.ts';
import type { TallyRecord } from './coverage-record.ts';

interface Window {
  startMs: number;
  received: number;
  acknowledged: number;
  settled: number;
}

/**
 * Counts messages by windows of {@link tallyWindowMs}: received when they are taken, settled when Kafka has answered. Each window is told
 * once all that it received is settled; a message that comes later than that makes a further record of the same window, so that a reader
 * adds the records of a window up.
 */
export class Tallies {
  readonly #collector: string;
  readonly #windows = new Map<number, Window>();
  #latest: Window = { startMs: -1, received: 0, acknowledged: 0, settled: 0 };

  constructor(collector: string) {
    this.#collector = collector;
  }

  received(receivedAtMs: number): void {
    this.#window(receivedAtMs).received++;
  }

  /** Counts a message that Kafka has acknowledged, or (`acknowledged` false) refused for good. */
  settled(receivedAtMs: number, acknowledged: boolean): void {
    const window = this.#window(receivedAtMs);
    window.settled++;
    if (acknowledged) window.acknowledged++;
  }

  /** Takes out the records of the settled windows that ended at `nowMs` or before, oldest first. */
  takeSettled(nowMs: number): TallyRecord[] {
    return this.#take((window) => window.startMs + tallyWindowMs <= nowMs && window.settled === window.received);
  }

  /** Takes out the records of all windows, as they stand. */
  takeAll(): TallyRecord[] {
    return this.#take(() => true);
  }

  #take(wanted: (window: Window) => boolean): TallyRecord[] {
    const taken = [...this.#windows.values()].filter(wanted).sort((a, b) => a.startMs - b.startMs);
    for (const window of taken) {
      this.#windows.delete(window.startMs);
      if (window === this.#latest) this.#latest = { startMs: -1, received: 0, acknowledged: 0, settled: 0 };
    }
    return taken.map(({ startMs, received, acknowledged }) => ({
      kind: 'tally',
      collector: this.#collector,
      window: new Date(startMs).toISOString(),
      received,
      acknowledged,
    }));
  }

  /** Lines come nearly in the order of their times: most look-ups end at the latest window. */
  #window(receivedAtMs: number): Window {
    const startMs = Math.floor(receivedAtMs / tallyWindowMs) * tallyWindowMs;
    if (this.#latest.startMs === startMs) return this.#latest;
    let window = this.#windows.get(startMs);
    if (window === undefined) {
      window = { startMs, received: 0, acknowledged: 0, settled: 0 };
      this.#windows.set(startMs, window);
    }
    this.#latest = window;
    return window;
  }
}
