import type { ChatLogin } from './chat-login.ts';
import { JoinQueue } from './join-queue.ts';
import type { Link } from './link.ts';
import { Links } from './links.ts';
import type { LinksOptions } from './links.ts';
import { RateLimit } from './rate-limit.ts';
import type { Room } from './room.ts';

/** An account that reads chat. */
export interface ReaderAccount {
  /** As in TWITCH_ACCOUNTS, or `anonymous`. It is shown in status and logs. */
  name: string;
  /** Called for every connection, so that a refreshed token is used. */
  readChatLogin: () => Promise<ChatLogin>;
  /** Called whenever Twitch refuses the login. */
  onLoginRefused?: () => void;
  /** The most rooms at the same time. */
  rooms: number;
  /** Default: 20 in 10 s, Twitch's limit for an account that is not verified. */
  joinLimit?: RateLimit;
  /** Instead of `joinLimit`, creates a limit for each connection. For anonymous reading: each connection has a nick of its own. */
  joinLimitOfEach?: () => RateLimit;
  /** Limits logins. Default: 20 in 10 s. */
  loginLimit?: RateLimit;
}

/** Twitch counts JOINs and logins on arrival, in 10 s. One second more allows for the network. */
const TWITCH_WINDOW = { count: 20, windowMs: 11_000 };

/**
 * One account with its rooms and connections. It is paced by itself: JOINs and logins of other accounts, and their failures, do not slow it.
 *
 * A room that the account has no place for waits, as *joining*, until another room has been left. So a room that replaces another is joined
 * after Twitch has confirmed that the other was left. A room counts once, also while one connection takes over from another and it is
 * joined on both: Twitch counts rooms, not connections. Should Twitch refuse the second JOIN then, it is sent again when the old
 * connection is closed ({@link Link.retryRefused}).
 */
export class Reader {
  readonly name: string;
  readonly links: Links;
  readonly #most: number;
  /** Including those that are being left. */
  readonly #placed = new Set<Room>();
  readonly #waiting = new Set<Room>();

  constructor(
    account: ReaderAccount,
    shared: Omit<LinksOptions, 'joinsOfLink' | 'logins' | 'readChatLogin' | 'onLoginRefused'>,
  ) {
    const { name, readChatLogin, onLoginRefused = () => {}, rooms, joinLimit, joinLimitOfEach, loginLimit } = account;
    this.name = name;
    this.#most = rooms;
    const ofAll = new JoinQueue(joinLimit ?? new RateLimit(TWITCH_WINDOW));
    const joinsOfLink = (): JoinQueue => (joinLimitOfEach === undefined ? ofAll : new JoinQueue(joinLimitOfEach()));
    const logins = loginLimit ?? new RateLimit(TWITCH_WINDOW);
    this.links = new Links({ ...shared, joinsOfLink, logins, readChatLogin, onLoginRefused });
  }

  /** How many rooms it has, including those that wait for a place. */
  get size(): number {
    return this.#placed.size + this.#waiting.size;
  }

  place(room: Room): void {
    this.#waiting.add(room);
    this.#placeWaiting();
  }

  /** Leaves a room. Resolves when its last line has been passed on. */
  async remove(room: Room): Promise<void> {
    if (this.#waiting.delete(room)) return;
    await this.links.remove(room.channelLogin);
    this.forget(room);
  }

  /** The room is on no connection any more. */
  forget(room: Room): void {
    this.#placed.delete(room);
    this.#placeWaiting();
  }

  /** Joins nothing any more. */
  stop(): void {
    this.#waiting.clear();
    for (const link of this.links) link.stopJoins();
  }

  #placeWaiting(): void {
    for (const room of this.#waiting) {
      if (this.#placed.size >= this.#most) return;
      this.#waiting.delete(room);
      this.#placed.add(room);
      this.links.place(room);
    }
  }
}

/** All connections of all accounts. */
export const linksOf = (readers: readonly Reader[]): Link[] => readers.flatMap(({ links }) => [...links]);

/** The account with this name, or else the one with the fewest rooms. */
export function chooseReader(readers: readonly Reader[], name: string | undefined): Reader {
  const named = readers.find((reader) => reader.name === name);
  return named ?? readers.reduce((best, reader) => (reader.size < best.size ? reader : best));
}
