import { z } from 'zod';
import type { Parameters } from '../parameters/client.ts';
import { FactError } from '../errors.ts';

const text = z.string().nullish().catch(null);
const time = z.iso.datetime({ offset: true }).nullish().catch(null);

/**
 * A token in the parameter store, encrypted, at `secrets/twitch/<account>`. People store tokens by hand, so only `accessToken` is required,
 * and invalid fields count as missing. Times are ISO 8601. `kind: app` marks an app token that we requested. Any other token may belong to
 * a user: it is never replaced by an app token and never revoked.
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
 * The account's token. If there is none, calls `obtain` and reads again.
 * @throws FactError, retryable, if there is no token
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

/** Whether it may be a user's: one that we did not get for the application. */
export const isUsers = ({ kind, login }: TwitchToken): boolean => kind !== 'app' || login !== null;

/** The login for chat with this token. @throws FactError, retryable, for an app token: Twitch chat accepts user tokens only */
export function chatLoginOf(
  token: TwitchToken,
  account: string,
): { login: string; accessToken: string; account: string } {
  if (token.login !== null) return { login: token.login, accessToken: token.accessToken, account };
  throw new FactError(
    `Expected a user token at ${tokenPath(account)} for chat, found an app token. Run \`chatlake login --account ${account}\`, or set TWITCH_CHAT_ANONYMOUS=yes.`,
    { facts: { account }, retryable: true },
  );
}

/** Scopes are a list or, from some servers, one text with spaces (RFC 6749, 3.3). */
export function scopesOf(value: unknown): string[] {
  if (typeof value === 'string') return value.split(/[\s,]+/).filter((scope) => scope !== '');
  return Array.isArray(value) ? value.filter((scope) => typeof scope === 'string') : [];
}

/** Removes `oauth:`, which chat clients and token pages show before a token, and spaces from copying. */
function bare(token: string): string {
  return token
    .trim()
    .replace(/^(oauth:|OAuth |Bearer )/i, '')
    .trim();
}
