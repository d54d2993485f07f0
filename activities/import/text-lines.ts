import { LineScanner } from '../irc/line-scanner.ts';

/** A line of a text file. */
export interface TextLine {
  /** From 1; empty lines count. */
  number: number;
  /** Without its end. A line that is longer than a line of chat can be is cut. */
  text: Buffer;
  /** Whether it was cut. */
  isCut: boolean;
}

const LINE_FEED = 0x0a;

/** Cuts bytes into numbered lines. It holds at most one line of chat. */
export class TextLines {
  #number = 1;
  #found: TextLine[] = [];
  readonly #scanner = new LineScanner((line, wholeBytes) => {
    this.#found.push({ number: this.#number, text: Buffer.from(line), isCut: wholeBytes > line.length });
  });

  /** The lines that end in these bytes. */
  push(bytes: Buffer): TextLine[] {
    for (let from = 0; from < bytes.length;) {
      const end = bytes.indexOf(LINE_FEED, from);
      const to = end === -1 ? bytes.length : end + 1;
      this.#scanner.push(bytes.subarray(from, to));
      if (end !== -1) this.#number++;
      from = to;
    }
    return this.#found.splice(0);
  }

  /** The last line, if it has no end. */
  end(): TextLine[] {
    return this.push(Buffer.of(LINE_FEED));
  }
}
