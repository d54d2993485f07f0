/** What Twitch allows one account in the chat. */
const ACCOUNT_LIMITS = { joins: 20, logins: 20, windowMs: 10_000, rooms: 100 } as const;

export type LimitName = 'joins' | 'logins' | 'rooms';

/** What went beyond a limit. */
export interface Breach {
  atMs: number;
  account: string;
  limit: LimitName;
}

/**
 * Twitch's limits for each account that is not verified: 20 JOINs and 20 logins in any 10 s, and 100 rooms at once, over all of its connections
 * (Twitch docs, IRC: rate limits, channel limit). What goes beyond is told as a breach: one JOIN or login too many ends the connection
 * (Chatterino/chatterino2#3107), one room too many is passed over. Readers without an account have no such
 * limits here, since Twitch documents none for them.
 *
 * Twitch counts arrivals. What we were late to read may have arrived as long before as {@link HoldUp} says, and is no breach then.
 */
export class AccountLimits {
  readonly breaches: Breach[] = [];
  readonly #now: () => number;
  readonly #arrivedSinceMs: () => number;
  /** The earliest times at which what was taken may have arrived. */
  readonly #taken = new Map<string, number[]>();

  /** @param arrivedSinceMs what is read now arrived then at the earliest */
  constructor(now: () => number, arrivedSinceMs: () => number = now) {
    this.#now = now;
    this.#arrivedSinceMs = arrivedSinceMs;
  }

  /** Counts a JOIN or a login; false where it is one too many. */
  take(limit: 'joins' | 'logins', account: string): boolean {
    if (isAnonymous(account)) return true;
    const nowMs = this.#now();
    const key = `${limit} ${account}`;
    const taken = (this.#taken.get(key) ?? []).filter((atMs) => atMs > nowMs - ACCOUNT_LIMITS.windowMs);
    this.#taken.set(key, taken);
    if (taken.length >= ACCOUNT_LIMITS[limit]) return this.#breach(limit, account);
    taken.push(Math.min(nowMs, this.#arrivedSinceMs()));
    return true;
  }

  /** @param rooms distinct rooms of the account, with the new one */
  mayHold(rooms: number, account: string): boolean {
    return isAnonymous(account) || rooms <= ACCOUNT_LIMITS.rooms || this.#breach('rooms', account);
  }

  #breach(limit: LimitName, account: string): false {
    this.breaches.push({ atMs: this.#now(), account, limit });
    return false;
  }
}

function isAnonymous(account: string): boolean {
  return /^justinfan\d+$/.test(account);
}
