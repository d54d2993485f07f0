/** Twitch's limits for one account. */
const ACCOUNT_LIMITS = { joins: 20, logins: 20, windowMs: 10_000, rooms: 100 } as const;

export type LimitName = 'joins' | 'logins' | 'rooms';

/** One action beyond a limit. */
export interface Breach {
  atMs: number;
  account: string;
  limit: LimitName;
}

/** What an account did, allowed or not. */
export interface AccountCounts {
  logins: number;
  joins: number;
  /** The most rooms at the same time. */
  mostRooms: number;
}

/**
 * Enforces Twitch's limits for an account that is not verified: 20 JOINs and 20 logins in any 10 s, and 100 rooms at once, over all of its
 * connections (Twitch docs, IRC: rate limits, channel limit). Each action beyond a limit is recorded as a breach: a JOIN or login ends the
 * connection (Chatterino/chatterino2#3107), a room is refused (twitch4j/twitch4j#985). Anonymous readers have no limits here, since Twitch documents none for them.
 *
 * Twitch counts arrivals. A read may be late by as much as {@link ReadDelay} says; a JOIN that may have arrived in time is no breach.
 */
export class AccountLimits {
  readonly breaches: Breach[] = [];
  /** By account. Not of anonymous readers. */
  readonly counts = new Map<string, AccountCounts>();
  readonly #now: () => number;
  readonly #arrivedSinceMs: () => number;
  /** The earliest possible arrival times of the actions counted so far. */
  readonly #taken = new Map<string, number[]>();

  /** @param arrivedSinceMs the earliest time at which data read now can have arrived */
  constructor(now: () => number, arrivedSinceMs: () => number = now) {
    this.#now = now;
    this.#arrivedSinceMs = arrivedSinceMs;
  }

  /** Counts a JOIN or a login. Returns false if it is beyond the limit. */
  take(limit: 'joins' | 'logins', account: string): boolean {
    if (isAnonymous(account)) return true;
    this.#countsOf(account)[limit] += 1;
    const nowMs = this.#now();
    const key = `${limit} ${account}`;
    const taken = (this.#taken.get(key) ?? []).filter((atMs) => atMs > nowMs - ACCOUNT_LIMITS.windowMs);
    this.#taken.set(key, taken);
    if (taken.length >= ACCOUNT_LIMITS[limit]) return this.#breach(limit, account);
    taken.push(Math.min(nowMs, this.#arrivedSinceMs()));
    return true;
  }

  /** @param rooms the number of distinct rooms of the account, including the new one */
  mayHold(rooms: number, account: string): boolean {
    if (isAnonymous(account)) return true;
    if (rooms > ACCOUNT_LIMITS.rooms) return this.#breach('rooms', account);
    const counts = this.#countsOf(account);
    counts.mostRooms = Math.max(counts.mostRooms, rooms);
    return true;
  }

  #countsOf(account: string): AccountCounts {
    const counts = this.counts.get(account) ?? { logins: 0, joins: 0, mostRooms: 0 };
    this.counts.set(account, counts);
    return counts;
  }

  #breach(limit: LimitName, account: string): false {
    this.breaches.push({ atMs: this.#now(), account, limit });
    return false;
  }
}

function isAnonymous(account: string): boolean {
  return /^justinfan\d+$/.test(account);
}
