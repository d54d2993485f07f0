import { tagOf } from './line-kind.ts';
import type { LineKind } from './line-kind.ts';

/** A message that took longer than this was held up before it was sent, and says nothing of the way. */
const longestDelayMs = 60_000;

/**
 * Up to which time everything that Twitch had sent on one connection has arrived. A connection that breaks loses what was under way, and
 * half a line that has come: so its last bytes are no measure. Lines come in the order of sending, so the last whole line is one, less the
 * time that messages take from `tmi-sent-ts` to here.
 */
export class Delivery {
  #lineAtMs: number;
  #message: Buffer | undefined;
  #delayMs = 0;

  constructor(startedAtMs: number) {
    this.#lineAtMs = startedAtMs;
  }

  /** A whole line came, which must stay as it is until {@link readEnded}. */
  line(line: Buffer, kind: LineKind, atMs: number): void {
    this.#lineAtMs = atMs;
    if (kind === 'PRIVMSG') this.#message = line;
  }

  /** The other side has ended in order: whatever it sent is here. */
  ended(atMs: number): void {
    this.#lineAtMs = atMs;
  }

  /** One message for each read is enough to know the delay. */
  readEnded(): void {
    if (this.#message === undefined) return;
    const delayMs = this.#lineAtMs - Number(tagOf(this.#message, 'tmi-sent-ts') || NaN);
    if (delayMs <= longestDelayMs) this.#delayMs = Math.max(0, delayMs);
    this.#message = undefined;
  }

  /** Milliseconds since 1970. */
  get completeUpToMs(): number {
    return this.#lineAtMs - this.#delayMs;
  }
}
