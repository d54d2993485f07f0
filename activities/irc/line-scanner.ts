const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Twitch sends up to 8 KiB of tags per line. A line longer than this is not chat. */
const MAX_LINE_BYTES = 64 * 1024;

/**
 * Cuts a stream of bytes into lines. A line ends with CRLF or LF; empty lines are skipped. All other bytes are kept, including NUL and
 * invalid UTF-8. The result does not depend on how the stream is divided into chunks.
 *
 * A line longer than the maximum is cut to its first `maxBytes` bytes.
 */
export class LineScanner {
  readonly #onLine: (line: Buffer, wholeBytes: number) => void;
  readonly #maxBytes: number;
  /** The start of an incomplete line, at most one byte more than the maximum: the last byte may be the CR of the line ending. */
  #partial: Buffer = Buffer.allocUnsafe(4096);
  #partialBytes = 0;
  /** Bytes of the incomplete line that did not fit. */
  #droppedBytes = 0;

  /** @param onLine receives a view without the line ending, valid only during the call, and the full length of the line */
  constructor(onLine: (line: Buffer, wholeBytes: number) => void, maxBytes = MAX_LINE_BYTES) {
    this.#onLine = onLine;
    this.#maxBytes = maxBytes;
  }

  push(chunk: Buffer): void {
    let from = 0;
    for (;;) {
      const end = chunk.indexOf(LINE_FEED, from);
      if (end === -1) break;
      if (this.#partialBytes === 0) this.#emit(chunk, from, end);
      else {
        this.#append(chunk, from, end);
        const length = this.#partialBytes;
        this.#partialBytes = 0;
        this.#emit(this.#partial, 0, length);
      }
      this.#droppedBytes = 0;
      from = end + 1;
    }
    if (from < chunk.length) this.#append(chunk, from, chunk.length);
  }

  #emit(bytes: Buffer, from: number, to: number): void {
    const complete = this.#droppedBytes === 0;
    const end = complete && to > from && bytes[to - 1] === CARRIAGE_RETURN ? to - 1 : to;
    const whole = end - from + this.#droppedBytes;
    if (end > from) this.#onLine(bytes.subarray(from, Math.min(end, from + this.#maxBytes)), whole);
  }

  #append(chunk: Buffer, from: number, to: number): void {
    const fits = Math.min(to - from, this.#maxBytes + 1 - this.#partialBytes);
    const needed = this.#partialBytes + fits;
    if (needed > this.#partial.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, this.#partial.length * 2));
      this.#partial.copy(larger, 0, 0, this.#partialBytes);
      this.#partial = larger;
    }
    chunk.copy(this.#partial, this.#partialBytes, from, from + fits);
    this.#partialBytes = needed;
    this.#droppedBytes += to - from - fits;
  }
}
