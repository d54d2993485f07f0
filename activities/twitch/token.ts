import { z } from 'zod';
import type { Parameters } from '../parameters/client.ts';
import { FactError } from '../errors.ts';

const text = z.string().nullish().catch(null);
const time = z.iso.datetime({ offset: true }).nullish().catch(null);

/**
 * A token as the parameter store keeps it, encrypted, at `secrets/twitch/<account>`. People store one by hand, so only `accessToken` is
 * needed; a field of another form counts as one that is not there. Times are ISO 8601. `kind` says that we got the token for the application
 * itself: a token without it may be a user's, which is never exchanged for an app's and never revoked.
 */
export const twitchToken = z
  .object({
    accessToken: z
      .string()
      .transform(bare)
      .pipe(z.string().regex(/^[\x21-\x7e]+$/)),
    refreshToken: text,
    scopes: z.unknown().optional().transform(scopesOf),
    expiresAt: time,
    obtainedAt: time,
    login: text,
    userId: text,
    kind: z.enum(['app', 'user']).nullish().catch(null),
  })
  .transform((token) => ({
    accessToken: token.accessToken,
    refreshToken: token.refreshToken?.trim() || null,
    scopes: token.scopes,
    expiresAt: token.expiresAt ?? null,
    obtainedAt: token.obtainedAt ?? null,
    login: token.login?.trim().toLowerCase() || null,
    userId: token.userId?.trim() || null,
    kind: token.kind ?? null,
  }));
export type TwitchToken = z.output<typeof twitchToken>;

export const tokenPath = (account: string): string => `secrets/twitch/${account}`;

/**
 * The account's token. Where it has none yet, `obtain` is asked for one, if there is that.
 * @throws FactError, retryable, where there is none all the same
 */
export async function readToken(
  parameters: Parameters,
  account: string,
  obtain?: () => Promise<void>,
): Promise<TwitchToken> {
  const stored = await parameters.get<TwitchToken>(tokenPath(account), twitchToken);
  if (stored !== undefined) return stored.value;
  if (obtain !== undefined) {
    await obtain();
    return readToken(parameters, account);
  }
  throw new FactError(
    `Expected a token at ${tokenPath(account)}, found none. The workflow token-refresh/${account} writes it.`,
    {
      facts: { account },
      retryable: true,
    },
  );
}

/** Who reads the chat with this token. @throws FactError, retryable, for a token that is no user's: nobody can log in to chat with one */
export function chatLoginOf(token: TwitchToken, account: string): { login: string; accessToken: string } {
  if (token.login !== null) return { login: token.login, accessToken: token.accessToken };
  throw new FactError(
    `Expected a user's token at ${tokenPath(account)} to read chat with, found an app's. Store a user token there (docs/operating.md says how), or set TWITCH_CHAT_ANONYMOUS=yes.`,
    { facts: { account }, retryable: true },
  );
}

/** Scopes come as a list, and from some servers as one text with spaces between (RFC 6749, 3.3). */
export function scopesOf(value: unknown): string[] {
  if (typeof value === 'string') return value.split(/[\s,]+/).filter((scope) => scope !== '');
  return Array.isArray(value) ? value.filter((scope) => typeof scope === 'string') : [];
}

/** The token alone: chat clients and token pages show it with `oauth:` before it, and copying adds spaces. */
function bare(token: string): string {
  return token
    .trim()
    .replace(/^(oauth:|OAuth |Bearer )/i, '')
    .trim();
}
