/** A part of the chat of a video. */
export type JsonPart =
  | { key: 'streamer' | 'video'; text: string }
  /** `text` is undefined if the comment is no object, or too large. */
  | { key: 'comments'; number: number; text: string | undefined };

const [QUOTE, COMMA, BACKSLASH] = [0x22, 0x2c, 0x5c];
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_LIST, CLOSE_LIST] = [0x7b, 0x7d, 0x5b, 0x5d];
/** Space, tab, CR, LF, and the colon between a key and its value. */
const BETWEEN: ReadonlySet<number> = new Set([0x20, 0x09, 0x0d, 0x0a, 0x3a]);
/** A message has at most 500 letters. */
const MAX_PART_BYTES = 1024 * 1024;
/** At which depth the value of a key begins to be held: `comments` is a list of parts. */
const HELD_FROM: Readonly<Record<string, number>> = { streamer: 2, video: 2, comments: 3 };
const MAX_KEY_BYTES = 20;

/**
 * Cuts one JSON object into its parts `streamer` and `video`, and the elements of `comments`, without parsing them. So a comment that is no JSON
 * spoils itself alone, the comments before a cut are read, and embedded pictures of hundreds of megabytes (lay295/TwitchDownloader#1284) are
 * never held. It follows quotes and brackets only.
 */
export class JsonParts {
  #depth = 0;
  #inText = false;
  #escaped = false;
  /** The key at depth 1 that was read last. */
  #key = '';
  #heldFrom = Infinity;
  #keyBytes: number[] = [];
  #expectsKey = false;
  #comments = 0;
  /** Whether an element of `comments` that is neither an object nor a list has begun. */
  #inElement = false;
  /** The bytes of the part so far. */
  #held: Buffer[] = [];
  #heldBytes = 0;
  #found: JsonPart[] = [];
  #isWhole = false;

  /** Whether the object has ended. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** The parts that end in these bytes. */
  push(bytes: Buffer): JsonPart[] {
    let from = this.#depth >= this.#heldFrom ? 0 : -1;
    for (let at = 0; at < bytes.length && !this.#isWhole; at++) {
      if (this.#inText) {
        at = this.#readText(bytes, at);
        continue;
      }
      const byte = bytes[at] ?? 0;
      if (BETWEEN.has(byte)) continue;
      const depth = this.#depth;
      this.#readMark(byte);
      if (from === -1 && this.#depth >= this.#heldFrom) from = at;
      else if (from !== -1 && this.#depth < this.#heldFrom) {
        this.#hold(bytes.subarray(from, at + 1));
        this.#emit();
        from = -1;
      } else if (depth === 2 && this.#key === 'comments') this.#readElement(byte);
    }
    if (from !== -1) this.#hold(bytes.subarray(from));
    return this.#found.splice(0);
  }

  /** @returns the place of the closing quote, or the end of the bytes */
  #readText(bytes: Buffer, from: number): number {
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0;
      if (this.#escaped) this.#escaped = false;
      else if (byte === BACKSLASH) this.#escaped = true;
      else if (byte === QUOTE) {
        this.#inText = false;
        if (this.#expectsKey) this.#readKey();
        return at;
      }
      if (this.#expectsKey && this.#keyBytes.length < MAX_KEY_BYTES) this.#keyBytes.push(byte);
    }
    return bytes.length;
  }

  #readKey(): void {
    this.#key = String.fromCharCode(...this.#keyBytes);
    this.#heldFrom = Object.hasOwn(HELD_FROM, this.#key) ? (HELD_FROM[this.#key] ?? Infinity) : Infinity;
    this.#keyBytes = [];
    this.#expectsKey = false;
  }

  #readMark(byte: number): void {
    if (byte === QUOTE) this.#inText = true;
    else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
      this.#depth++;
      this.#expectsKey = this.#depth === 1;
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
      this.#depth--;
      this.#isWhole = this.#depth <= 0;
    } else if (byte === COMMA && this.#depth === 1) this.#expectsKey = true;
  }

  #readElement(byte: number): void {
    const ends = byte === COMMA || byte === CLOSE_LIST || byte === CLOSE_OBJECT;
    if (ends && this.#inElement) this.#found.push({ key: 'comments', number: ++this.#comments, text: undefined });
    this.#inElement = !ends;
  }

  #hold(bytes: Buffer): void {
    this.#heldBytes += bytes.length;
    if (this.#heldBytes <= MAX_PART_BYTES) this.#held.push(Buffer.from(bytes));
  }

  #emit(): void {
    const text = this.#heldBytes > MAX_PART_BYTES ? undefined : Buffer.concat(this.#held).toString();
    this.#held = [];
    this.#heldBytes = 0;
    if (this.#key === 'comments') this.#found.push({ key: 'comments', number: ++this.#comments, text });
    else if (text !== undefined) this.#found.push({ key: this.#key === 'video' ? 'video' : 'streamer', text });
  }
}
