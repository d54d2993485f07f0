import { tallyWindowMs } from '../kafka/coverage-record.ts';
import type { TallyRecord } from '../kafka/coverage-record.ts';

/** An hour's windows: a clock that is set back further than that makes a window that is told to differ, which the report shows. */
const windowsRemembered = 360;

interface Window {
  startMs: number;
  received: number;
  acknowledged: number;
  settled: number;
}

/**
 * Counts messages by windows of {@link tallyWindowMs}: received when they are taken, settled when Kafka has answered. Each window is told
 * once all that was said in it has come and is settled, and all before it: so nothing that was said in its rooms up to the end of its last
 * told window is in danger, and where the windows stop, it has died. Therefore windows without a message are told as well: those in which somebody asked, not
 * those that the process has slept through. A message that comes later than that (the clock was set back) has the window told again, with
 * all that was counted: of the records of a window the one with the most messages holds, so that a record that Kafka has twice does no harm.
 */
export class Tallies {
  readonly #collector: string;
  readonly #windows = new Map<number, Window>();
  /** Windows told before, the newest {@link windowsRemembered} of them. */
  readonly #told = new Map<number, Window>();
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

  /**
   * Takes out the records of the windows that ended at `nowMs` or before, oldest first; `Infinity` has all windows ended.
   * @param heardUpToMs what was said later may not have come yet, and its windows are not told
   */
  takeSettled(nowMs: number, heardUpToMs = nowMs): TallyRecord[] {
    if (nowMs < Infinity) this.#window(nowMs);
    const open = [...this.#windows.values()].filter(({ settled, received }) => settled < received);
    const untilMs = Math.min(nowMs, heardUpToMs, ...open.map(({ startMs }) => startMs));
    return this.#take(({ startMs }) => startMs + tallyWindowMs <= untilMs);
  }

  /** Takes out the records of all windows, as they stand. */
  takeAll(): TallyRecord[] {
    return this.#take(() => true);
  }

  #take(wanted: (window: Window) => boolean): TallyRecord[] {
    const taken = [...this.#windows.values()].filter(wanted).sort((a, b) => a.startMs - b.startMs);
    for (const window of taken) {
      this.#windows.delete(window.startMs);
      this.#remember(window);
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

  #remember(window: Window): void {
    this.#told.set(window.startMs, window);
    if (this.#told.size > windowsRemembered) this.#told.delete(this.#told.keys().next().value ?? 0);
  }

  /** Lines come nearly in the order of their times: most look-ups end at the latest window. */
  #window(receivedAtMs: number): Window {
    const startMs = Math.floor(receivedAtMs / tallyWindowMs) * tallyWindowMs;
    if (this.#latest.startMs === startMs) return this.#latest;
    let window = this.#windows.get(startMs);
    if (window === undefined) {
      window = this.#told.get(startMs) ?? { startMs, received: 0, acknowledged: 0, settled: 0 };
      this.#told.delete(startMs);
      this.#windows.set(startMs, window);
    }
    this.#latest = window;
    return window;
  }
}
