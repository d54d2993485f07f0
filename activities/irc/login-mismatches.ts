import type { RoomInput } from './room.ts';

const REMEMBER_MS = 600_000;

/**
 * Remembers for ten minutes which channels do not own a login, as Twitch said on a JOIN. They are not joined meanwhile, since each attempt
 * would take the room away from the channel that owns the login.
 */
export class LoginMismatches {
  /** When each entry expires, by login and channel, oldest first. */
  readonly #expiresAtMs = new Map<string, number>();

  add(room: RoomInput): void {
    const key = keyOf(room);
    this.#expiresAtMs.delete(key);
    this.#expiresAtMs.set(key, performance.now() + REMEMBER_MS);
  }

  has(room: RoomInput): boolean {
    for (const [key, expiresAtMs] of this.#expiresAtMs) {
      if (expiresAtMs > performance.now()) break;
      this.#expiresAtMs.delete(key);
    }
    return this.#expiresAtMs.has(keyOf(room));
  }
}

const keyOf = ({ channelId, channelLogin }: RoomInput): string => `${channelLogin} ${channelId}`;
