import type { Parameters } from '../parameters/client.ts';
import type { ReadingAccount } from './room-plan.ts';
import { isUsers, tokenPath, twitchToken } from './token.ts';
import type { TwitchToken } from './token.ts';

/** Which of the accounts have a user who is logged in. A token that cannot be read counts as one: its rooms then say so. */
export async function readReadingAccounts(parameters: Parameters, names: readonly string[]): Promise<ReadingAccount[]> {
  return Promise.all(
    names.map(async (name) => {
      const stored = await parameters.get<TwitchToken | null>(tokenPath(name), twitchToken.nullable().catch(null));
      if (stored === undefined) return { name, login: null, isLoggedIn: false };
      const token = stored.value;
      return { name, login: token?.login ?? null, isLoggedIn: token === null || isUsers(token) };
    }),
  );
}
