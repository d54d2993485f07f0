import type { RoomInput } from './room.ts';

const KEPT_MS = 600_000;

/**
 * Channels that Twitch has said are not the owners of a login, for ten minutes: they are not joined meanwhile, since each JOIN would take the
 * room from its owner.
 */
export class Strangers {
  /** When it is forgotten, by login and channel, oldest first. */
  readonly #untilMs = new Map<string, number>();

  add(room: RoomInput): void {
    const key = keyOf(room);
    this.#untilMs.delete(key);
    this.#untilMs.set(key, performance.now() + KEPT_MS);
  }

  has(room: RoomInput): boolean {
    for (const [key, untilMs] of this.#untilMs) {
      if (untilMs > performance.now()) break;
      this.#untilMs.delete(key);
    }
    return this.#untilMs.has(keyOf(room));
  }
}

const keyOf = ({ channelId, channelLogin }: RoomInput): string => `${channelLogin} ${channelId}`;
