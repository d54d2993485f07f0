import { tagOf } from './line-kind.ts';

/** A message that took longer than this was held up before it was sent, and says nothing of the way. */
const longestDelayMs = 60_000;

/**
 * Up to which time everything that Twitch had sent on one connection has arrived. A connection that breaks loses what was under way, and
 * half a line that has come: so its last bytes are no measure. Lines come in the order of sending, so the last whole line is one, less the
 * time that messages take from `tmi-sent-ts` to here.
 *
 * While nobody reads, lines wait with the kernel and then with Twitch, and the time at which they are read in the end says nothing. So a
 * connection that was {@link heldUp} is complete up to where it was before, and further only as far as the messages' own times reach, until
 * it has {@link caughtUp}.
 */
export class Delivery {
  #lineAtMs: number;
  #message: Buffer | undefined;
  #delayMs = 0;
  /** While it is held up: what is proved. */
  #provedUpToMs: number | undefined;

  constructor(startedAtMs: number) {
    this.#lineAtMs = startedAtMs;
  }

  /** A whole line came. */
  line(atMs: number): void {
    this.#lineAtMs = atMs;
  }

  /** The line is a PRIVMSG, and stays as it is until {@link readEnded}. */
  message(line: Buffer): void {
    this.#message = line;
  }

  /** What is read from now on may have waited. */
  heldUp(): void {
    this.readEnded();
    this.#provedUpToMs ??= this.completeUpToMs;
  }

  /** The answer to something that was sent after the hold-up has come. */
  caughtUp(): void {
    this.#provedUpToMs = undefined;
  }

  /** One message for each read is enough to know the delay. */
  readEnded(): void {
    if (this.#message === undefined) return;
    const sentAtMs = Number(tagOf(this.#message, 'tmi-sent-ts') || NaN);
    this.#message = undefined;
    const delayMs = this.#lineAtMs - sentAtMs;
    if (this.#provedUpToMs === undefined) {
      if (delayMs <= longestDelayMs) this.#delayMs = Math.max(0, delayMs);
    } else if (sentAtMs > this.#provedUpToMs) this.#provedUpToMs = Math.min(sentAtMs, this.#lineAtMs);
  }

  /** Milliseconds since 1970. */
  get completeUpToMs(): number {
    return this.#provedUpToMs ?? this.#lineAtMs - this.#delayMs;
  }
}
