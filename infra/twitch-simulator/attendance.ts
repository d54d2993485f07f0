/** Why a connection of ours was not in a room any more: what it did, or what was done to it. */
export type LeftBy = 'part' | 'client closed' | 'server closed' | 'stalled' | 'banned' | 'suspended';

/** A time in which at least one connection was in the room. Milliseconds since 1970, half open. */
export interface Stay {
  fromMs: number;
  /** Null while somebody is there. */
  toMs: number | null;
  /** What ended it; null while it lasts. */
  endedBy: LeftBy | null;
}

/** A message that was said while no connection could hear it. */
export interface Unheard {
  /** Null for a recorded line without one. */
  id: string | null;
  atMs: number;
}

/** A JOIN that Twitch answered with no, or not at all. */
export interface RefusedJoin {
  atMs: number;
  /** The `msg-id` of the NOTICE; null where nothing was answered. */
  answer: string | null;
}

/** All that is known of one room. */
export interface RoomAccount {
  stays: Stay[];
  unheard: Unheard[];
  refused: RefusedJoin[];
}

/**
 * The simulator's own account of who was connected when, by the login that the room had. A connection is in a room from the echo of its JOIN to
 * its PART, its end, a ban or a suspension; one that is stalled hears nothing, and so is in no room.
 */
export class Attendance {
  readonly #now: () => number;
  readonly #rooms = new Map<string, RoomAccount>();
  readonly #present = new Map<string, Set<object>>();

  constructor(now: () => number) {
    this.#now = now;
  }

  entered(channelLogin: string, session: object): void {
    const present = this.#present.get(channelLogin) ?? new Set();
    this.#present.set(channelLogin, present);
    if (present.size === 0) this.#room(channelLogin).stays.push({ fromMs: this.#now(), toMs: null, endedBy: null });
    present.add(session);
  }

  left(channelLogin: string, session: object, endedBy: LeftBy): void {
    const present = this.#present.get(channelLogin);
    if (present?.delete(session) !== true || present.size > 0) return;
    const stay = this.#room(channelLogin).stays.at(-1);
    if (stay !== undefined) Object.assign(stay, { toMs: this.#now(), endedBy });
  }

  missed(channelLogin: string, id: string | undefined): void {
    this.#room(channelLogin).unheard.push({ id: id ?? null, atMs: this.#now() });
  }

  refused(channelLogin: string, answer: string | null): void {
    this.#room(channelLogin).refused.push({ atMs: this.#now(), answer });
  }

  /** The rooms in which somebody was, or wanted to be. */
  attended(): Record<string, RoomAccount> {
    const wanted = [...this.#rooms].filter(([, { stays, refused }]) => stays.length + refused.length > 0);
    return Object.fromEntries(wanted);
  }

  /** An empty account for a room that nobody knows. */
  room(channelLogin: string): RoomAccount {
    return this.#rooms.get(channelLogin) ?? { stays: [], unheard: [], refused: [] };
  }

  #room(channelLogin: string): RoomAccount {
    const found = this.#rooms.get(channelLogin);
    if (found !== undefined) return found;
    const made: RoomAccount = { stays: [], unheard: [], refused: [] };
    this.#rooms.set(channelLogin, made);
    return made;
  }
}
