import type { Socket } from 'node:net';
import type { Random } from './random.ts';

const CUT_CHANCE = 0.3;
const HELD_BACK_MS = 3;

/**
 * Writes bytes to a socket as a network delivers them. Waiting bytes go out in one write, which is sometimes cut at a seeded place, also
 * inside a UTF-8 character and between CR and LF. The rest follows a moment later, so that the reader gets two reads.
 */
export class CutWriter {
  readonly #socket: Socket;
  readonly #random: Random;
  #waiting: Buffer[] = [];
  #scheduled: NodeJS.Immediate | NodeJS.Timeout | undefined;

  constructor(socket: Socket, random: Random) {
    this.#socket = socket;
    this.#random = random;
  }

  write(bytes: Buffer): void {
    this.#waiting.push(bytes);
    this.#scheduled ??= setImmediate(() => this.#flush());
  }

  /** Writes all waiting bytes and closes the sending side. */
  end(): void {
    const rest = Buffer.concat(this.#waiting);
    this.discard();
    if (!this.#socket.destroyed) this.#socket.end(rest);
  }

  discard(): void {
    clearImmediate(this.#scheduled as NodeJS.Immediate | undefined);
    clearTimeout(this.#scheduled as NodeJS.Timeout | undefined);
    this.#scheduled = undefined;
    this.#waiting = [];
  }

  #flush(): void {
    this.#scheduled = undefined;
    if (this.#socket.destroyed || this.#waiting.length === 0) return;
    const bytes = this.#waiting.length === 1 && this.#waiting[0] ? this.#waiting[0] : Buffer.concat(this.#waiting);
    const cut = this.#random.chance(CUT_CHANCE) ? cutPlace(this.#random, bytes) : bytes.length;
    this.#waiting = cut < bytes.length ? [bytes.subarray(cut)] : [];
    this.#socket.write(bytes.subarray(0, cut));
    if (this.#waiting.length > 0) this.#scheduled = setTimeout(() => this.#flush(), HELD_BACK_MS);
  }
}

/** A random place, or the next one inside a UTF-8 character, or the next LF. */
function cutPlace(random: Random, bytes: Buffer): number {
  const anywhere = random.between(1, bytes.length);
  switch (random.between(0, 2)) {
    case 0: {
      const inside = bytes.subarray(anywhere).findIndex((byte) => (byte & 0xc0) === 0x80);
      return inside === -1 ? anywhere : anywhere + inside;
    }
    case 1: {
      const lineFeed = bytes.indexOf(0x0a, anywhere);
      return lineFeed === -1 ? anywhere : lineFeed;
    }
    default:
      return anywhere;
  }
}
