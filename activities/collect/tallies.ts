import { TALLY_WINDOW_MS } from '../kafka/coverage-record.ts';
import type { TallyRecord } from '../kafka/coverage-record.ts';

/** The windows of an hour. If the clock is set back further, a window is reported twice with different counts, which the report shows. */
const WINDOWS_REMEMBERED = 360;

interface Window {
  startMs: number;
  received: number;
  acknowledged: number;
  settled: number;
}

/**
 * Counts messages in windows of {@link TALLY_WINDOW_MS}: received when they are taken, settled when Kafka has answered. A window is reported
 * when everything said in it has arrived and is settled, and so is everything before it. So nothing that was said before the end of the last
 * reported window can still be lost; and if no more windows are reported, the collector has died. For that reason windows without messages are
 * reported, too: those in which somebody asked, not those during which the process was suspended.
 *
 * If a message arrives later (the clock was set back), its window is reported again with the full count. The record with the most messages
 * counts, so a record that Kafka holds twice does no harm.
 */
export class Tallies {
  readonly #collector: string;
  readonly #windows = new Map<number, Window>();
  /** The newest {@link WINDOWS_REMEMBERED} windows that were reported. */
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
   * Takes out the settled windows that ended at `nowMs` or before, oldest first. With `Infinity`, all have ended.
   * @param completeUpToMs messages sent later may not have arrived yet, so later windows wait
   */
  takeSettled(nowMs: number, completeUpToMs = nowMs): TallyRecord[] {
    if (nowMs < Infinity) this.#window(nowMs);
    const open = [...this.#windows.values()].filter(({ settled, received }) => settled < received);
    const untilMs = Math.min(nowMs, completeUpToMs, ...open.map(({ startMs }) => startMs));
    return this.#take(({ startMs }) => startMs + TALLY_WINDOW_MS <= untilMs);
  }

  /** Takes out all windows as they are. */
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
    if (this.#told.size > WINDOWS_REMEMBERED) this.#told.delete(this.#told.keys().next().value ?? 0);
  }

  /** Lines arrive nearly in the order of their times, so most belong to the latest window. */
  #window(receivedAtMs: number): Window {
    const startMs = Math.floor(receivedAtMs / TALLY_WINDOW_MS) * TALLY_WINDOW_MS;
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
