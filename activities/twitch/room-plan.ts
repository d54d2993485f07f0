import type { StreamPollSettings } from './stream-poll-settings.ts';

/** Twitch's limit for a user (Twitch docs, Chat & Chatbots: Concurrent Join Limits). */
export const ROOMS_PER_ACCOUNT = 100;
/** The most rooms that are read anonymously. Twitch documents neither anonymous reading nor a limit for it. */
export const ANONYMOUS_ROOMS = 10_000;

/** Who reads chat: nobody in particular, or the accounts of TWITCH_ACCOUNTS in their order. */
export type Readers = 'anonymous' | readonly ReadingAccount[];

export interface ReadingAccount {
  name: string;
  /** The user who is logged in; null if there is none, or Twitch has not named them yet. */
  login: string | null;
  /** Whether a user is logged in. */
  isLoggedIn: boolean;
}

/** How many rooms a poll takes, and for which accounts. */
export interface RoomPlan {
  rooms: number;
  /** Empty for anonymous reading. */
  accounts: string[];
  /** What the operator should know, in whole sentences with the remedy. */
  notes: string[];
  /** What gives more rooms, in a whole sentence. */
  more: string;
}

const RAISE_LIMIT = 'Raise `limit` in config/stream-poll for more.';
const NO_MORE = 'More rooms are not read anonymously.';
const ADD_ACCOUNT = `Each account adds ${ROOMS_PER_ACCOUNT}: name another one in TWITCH_ACCOUNTS, and run \`chatlake login --account NAME\`.`;

/**
 * A hundred rooms for each user who is logged in, and no more than `limit`. Accounts without a user get no rooms, and neither do those of a
 * user who has rooms already. If nobody is logged in, the first account gets the rooms: they wait for its login.
 */
export function planRooms({ limit }: Pick<StreamPollSettings, 'limit'>, readers: Readers): RoomPlan {
  if (readers === 'anonymous') {
    const rooms = limit ?? ROOMS_PER_ACCOUNT;
    return { rooms, accounts: [], notes: [], more: rooms < ANONYMOUS_ROOMS ? RAISE_LIMIT : NO_MORE };
  }
  const notes: string[] = [];
  const accounts: string[] = [];
  const owners = new Map<string, string>();
  for (const { name, login, isLoggedIn } of readers) {
    const owner = login === null ? undefined : owners.get(login);
    if (!isLoggedIn)
      notes.push(`No user is logged in for the account ${name}. Run \`chatlake login --account ${name}\`.`);
    else if (owner !== undefined)
      notes.push(
        `The accounts ${owner} and ${name} are the same user, ${login}, so ${name} gets no rooms. Log in as another user with \`chatlake login --account ${name}\`.`,
      );
    else {
      if (login !== null) owners.set(login, name);
      accounts.push(name);
    }
  }
  if (accounts.length === 0) accounts.push(...readers.slice(0, 1).map(({ name }) => name));
  const capacity = accounts.length * ROOMS_PER_ACCOUNT;
  if (limit !== null && limit > capacity)
    notes.push(
      `The limit in config/stream-poll is ${limit}, but ${accounts.length === 1 ? 'one account has' : `${accounts.length} accounts have`} only ${capacity} rooms. Log in another account and name it in TWITCH_ACCOUNTS, or lower the limit.`,
    );
  const more = limit !== null && limit < capacity ? RAISE_LIMIT : ADD_ACCOUNT;
  return { rooms: Math.min(limit ?? capacity, capacity), accounts, notes, more };
}

/**
 * Gives each room an account. A room keeps its account, because a change would make a gap. The others go to the account with the fewest rooms.
 * The poll decides it for all collectors: if each chose by itself, the rooms that an account has in all of them could be too many.
 */
export function assignAccounts<T extends { account?: string | undefined }>(
  rooms: readonly T[],
  accounts: readonly string[],
): T[] {
  const counts = new Map(accounts.map((account) => [account, 0]));
  const keeps = new Set<T>();
  for (const room of rooms) {
    const count = counts.get(room.account ?? '');
    if (room.account === undefined || count === undefined || count >= ROOMS_PER_ACCOUNT) continue;
    counts.set(room.account, count + 1);
    keeps.add(room);
  }
  return rooms.map((room) => {
    if (keeps.has(room)) return room;
    const [fewest] = [...counts].sort((a, b) => a[1] - b[1]);
    if (fewest === undefined) return withoutAccount(room);
    counts.set(fewest[0], fewest[1] + 1);
    return { ...room, account: fewest[0] };
  });
}

function withoutAccount<T extends { account?: string | undefined }>(room: T): T {
  const copy = { ...room };
  delete copy.account;
  return copy;
}
