import type { Socket } from 'node:net';
import type { Random } from './random.ts';

const cutChance = 0.3;
const heldBackMs = 3;

/**
 * Writes bytes to a socket the way a network delivers them: what is waiting goes out in one write, now and then cut at a seeded place,
 * also inside a UTF-8 character and between CR and LF. What follows the cut is held back for a moment, so that the reader really gets
 * two reads.
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

  /** Writes everything that waits and closes the sending side. */
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
    const cut = this.#random.chance(cutChance) ? cutPlace(this.#random, bytes) : bytes.length;
    this.#waiting = cut < bytes.length ? [bytes.subarray(cut)] : [];
    this.#socket.write(bytes.subarray(0, cut));
    if (this.#waiting.length > 0) this.#scheduled = setTimeout(() => this.#flush(), heldBackMs);
  }
}

/** Anywhere, or just before the next continuation byte of a UTF-8 character, or before the next LF. */
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
