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
