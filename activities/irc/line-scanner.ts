const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** Twitch's lines have up to 8 KiB of tags; what is longer than this is no chat line any more. */
const maxLineBytes = 64 * 1024;

/**
 * Cuts a stream of bytes into lines. A line ends with CRLF or with a bare LF; empty lines are passed over; every other byte is kept as it
 * came, NUL and broken UTF-8 included. Where the stream is cut into chunks makes no difference.
 *
 * A line longer than the maximum is given out as its first `maxBytes` bytes; the rest up to its end is left out.
 */
export class LineScanner {
  readonly #onLine: (line: Buffer, wholeBytes: number) => void;
  readonly #maxBytes: number;
  /** The begun line: its first bytes, at most one more than a whole line needs, since the last may be the CR of its end. */
  #begun: Buffer = Buffer.allocUnsafe(4096);
  #begunBytes = 0;
  /** Bytes of the begun line that did not fit. */
  #leftOutBytes = 0;

  /**
   * @param onLine is given a view without the line end, valid during the call only: copy it to keep it; and how long the line was, with
   *   what is left out
   */
  constructor(onLine: (line: Buffer, wholeBytes: number) => void, maxBytes = maxLineBytes) {
    this.#onLine = onLine;
    this.#maxBytes = maxBytes;
  }

  push(chunk: Buffer): void {
    let from = 0;
    for (;;) {
      const end = chunk.indexOf(lineFeed, from);
      if (end === -1) break;
      if (this.#begunBytes === 0) this.#giveOut(chunk, from, end);
      else {
        this.#begin(chunk, from, end);
        const length = this.#begunBytes;
        this.#begunBytes = 0;
        this.#giveOut(this.#begun, 0, length);
      }
      this.#leftOutBytes = 0;
      from = end + 1;
    }
    if (from < chunk.length) this.#begin(chunk, from, chunk.length);
  }

  #giveOut(bytes: Buffer, from: number, to: number): void {
    const complete = this.#leftOutBytes === 0;
    const end = complete && to > from && bytes[to - 1] === carriageReturn ? to - 1 : to;
    const whole = end - from + this.#leftOutBytes;
    if (end > from) this.#onLine(bytes.subarray(from, Math.min(end, from + this.#maxBytes)), whole);
  }

  /** Adds to the begun line what fits. */
  #begin(chunk: Buffer, from: number, to: number): void {
    const fits = Math.min(to - from, this.#maxBytes + 1 - this.#begunBytes);
    const needed = this.#begunBytes + fits;
    if (needed > this.#begun.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, this.#begun.length * 2));
      this.#begun.copy(larger, 0, 0, this.#begunBytes);
      this.#begun = larger;
    }
    chunk.copy(this.#begun, this.#begunBytes, from, from + fits);
    this.#begunBytes = needed;
    this.#leftOutBytes += to - from - fits;
  }
}
