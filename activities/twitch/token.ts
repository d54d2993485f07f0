import { z } from 'zod';
import type { Parameters } from '../parameters/client.ts';
import { FactError } from '../errors.ts';

/** A token as the parameter store keeps it, encrypted, at `secrets/twitch/<account>`. Times are ISO 8601 in UTC. */
export const twitchToken = z.object({
  accessToken: z.string().min(1),
  refreshToken: z.string().nullable(),
  scopes: z.array(z.string()),
  expiresAt: z.iso.datetime(),
  obtainedAt: z.iso.datetime(),
  login: z.string().nullable(),
  userId: z.string().nullable(),
});
export type TwitchToken = z.infer<typeof twitchToken>;

export const tokenPath = (account: string): string => `secrets/twitch/${account}`;

/** @throws FactError, retryable, where the account has no token yet */
export async function readToken(parameters: Parameters, account: string): Promise<TwitchToken> {
  const stored = await parameters.get(tokenPath(account), twitchToken);
  if (stored !== undefined) return stored.value;
  throw new FactError(
    `Expected a token at ${tokenPath(account)}, found none. The workflow token-refresh/${account} writes it.`,
    {
      facts: { account },
      retryable: true,
    },
  );
}

/** Who reads the chat with this token. @throws FactError, retryable, for an app's token: nobody can log in to chat with one */
export function chatLoginOf(token: TwitchToken, account: string): { login: string; accessToken: string } {
  if (token.login !== null) return { login: token.login, accessToken: token.accessToken };
  throw new FactError(
    `Expected a user's token at ${tokenPath(account)} to read chat with, found an app's. Store a user token there (docs/operating.md says how), or set TWITCH_CHAT_ANONYMOUS=yes.`,
    { facts: { account }, retryable: true },
  );
}
