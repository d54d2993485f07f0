/** Why our connection left a room. */
export type LeftBy = 'part' | 'client closed' | 'server closed' | 'stalled' | 'banned' | 'suspended';

/** A time span with at least one connection in the room. Milliseconds since 1970, half open. */
export interface Stay {
  fromMs: number;
  /** Null while a connection is in the room. */
  toMs: number | null;
  /** Why it ended; null while it lasts. */
  endedBy: LeftBy | null;
}

/** A message that was sent while no connection was in the room. */
interface Unheard {
  /** Null for a recorded line without an id. */
  id: string | null;
  atMs: number;
}

/** A JOIN that was refused or not answered. */
interface RefusedJoin {
  atMs: number;
  /** The `msg-id` of the NOTICE; null if there was no answer. */
  answer: string | null;
}

/** The record of one room. */
export interface RoomAccount {
  stays: Stay[];
  unheard: Unheard[];
  refused: RefusedJoin[];
}

/**
 * Records which rooms had a connection when, by the login that the room had. A connection is in a room from the echo of its JOIN to its
 * PART, its end, a ban or a suspension. A stalled connection receives nothing, so it is in no room.
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

  /** The rooms that were joined, or whose JOIN was refused. */
  attended(): Record<string, RoomAccount> {
    const wanted = [...this.#rooms].filter(([, { stays, refused }]) => stays.length + refused.length > 0);
    return Object.fromEntries(wanted);
  }

  /** The record of a room; empty if nobody tried to join it. */
  room(channelLogin: string): RoomAccount {
    return this.#rooms.get(channelLogin) ?? { stays: [], unheard: [], refused: [] };
  }

  #room(channelLogin: string): RoomAccount {
    const found = this.#rooms.get(channelLogin);
    if (found !== undefined) return found;
    const created: RoomAccount = { stays: [], unheard: [], refused: [] };
    this.#rooms.set(channelLogin, created);
    return created;
  }
}
