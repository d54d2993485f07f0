import { tagOf } from './line-kind.ts';

/** A message with a longer transit time was delayed before Twitch sent it. Its time says nothing about the network. */
const MAX_TRANSIT_MS = 60_000;

/**
 * Tracks up to which time everything that Twitch sent on one connection has arrived. When a connection breaks, data in flight is lost,
 * including half a line that was already received. So the time of the last byte proves nothing. Lines arrive in the order of sending, so
 * the measure is the time of the last whole line, minus the transit time of messages (arrival minus `tmi-sent-ts`).
 *
 * While nobody reads, lines wait in the kernel and then at Twitch, and the time at which they are read proves nothing. After {@link
 * stalled}, the connection counts as complete up to the time before the stall, and beyond it only up to the `tmi-sent-ts` of the messages
 * read, until {@link caughtUp}.
 */
export class Delivery {
  #lineAtMs: number;
  #message: Buffer | undefined;
  #transitMs = 0;
  /** Set during a stall. */
  #provenUpToMs: number | undefined;

  constructor(startedAtMs: number) {
    this.#lineAtMs = startedAtMs;
  }

  lineReceived(atMs: number): void {
    this.#lineAtMs = atMs;
  }

  /** The line is a PRIVMSG. Its buffer must not change until {@link readEnded}. */
  messageReceived(line: Buffer): void {
    this.#message = line;
  }

  /** From now on, lines that are read may have waited. */
  stalled(): void {
    this.readEnded();
    this.#provenUpToMs ??= this.completeUpToMs;
  }

  /** The PONG for a PING sent after the stall has arrived. */
  caughtUp(): void {
    this.#provenUpToMs = undefined;
  }

  /** One message per read is enough to measure the transit time. */
  readEnded(): void {
    if (this.#message === undefined) return;
    const sentAtMs = Number(tagOf(this.#message, 'tmi-sent-ts') || NaN);
    this.#message = undefined;
    const delayMs = this.#lineAtMs - sentAtMs;
    if (this.#provenUpToMs === undefined) {
      if (delayMs <= MAX_TRANSIT_MS) this.#transitMs = Math.max(0, delayMs);
    } else if (sentAtMs > this.#provenUpToMs) this.#provenUpToMs = Math.min(sentAtMs, this.#lineAtMs);
  }

  /** Milliseconds since 1970. */
  get completeUpToMs(): number {
    return this.#provenUpToMs ?? this.#lineAtMs - this.#transitMs;
  }
}
