import type { RoomLine } from './irc-server.ts';
import type { LineSource } from './talk.ts';

const TICK_MS = 25;

/**
 * Sends messages at a steady rate until it is set to quiet or the source has no more. After a stall of the process, it catches up at most
 * one second's worth.
 */
export class Talker {
  readonly #source: LineSource;
  readonly #say: (line: RoomLine) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #messagesPerSecond: number;
  readonly #now: () => number;
  #toldToBeQuiet = false;
  #owed = 0;
  #tickedAtMs: number;

  constructor(options: {
    source: LineSource;
    say: (line: RoomLine) => void;
    messagesPerSecond: number;
    now: () => number;
  }) {
    this.#source = options.source;
    this.#say = options.say;
    this.#messagesPerSecond = options.messagesPerSecond;
    this.#now = options.now;
    this.#tickedAtMs = options.now();
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  get quiet(): boolean {
    return this.#toldToBeQuiet || this.#source.usedUp;
  }

  beQuiet(quiet: boolean): void {
    this.#toldToBeQuiet = quiet;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    const now = this.#now();
    const earned = ((now - this.#tickedAtMs) / 1000) * this.#messagesPerSecond;
    this.#tickedAtMs = now;
    this.#owed = this.quiet ? 0 : Math.min(this.#owed + earned, Math.max(1, this.#messagesPerSecond));
    for (; this.#owed >= 1; this.#owed -= 1) {
      for (const line of this.#source.next()) this.#say(line);
    }
  }
}
