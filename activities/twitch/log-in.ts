import type { Parameters } from '../parameters/client.ts';
import { ParameterError } from '../parameters/error.ts';
import { SCOPES } from './authorization.ts';
import type { Grant, OAuth } from './oauth.ts';
import { TwitchError } from './http.ts';
import { tokenPath, twitchToken } from './token.ts';
import type { TwitchToken } from './token.ts';

interface LogInDeps {
  oauth: OAuth;
  parameters: Parameters;
  now: () => number;
}

/**
 * Stores the token of a user, whatever was stored before: a refresh that is under way then finds another version, and stores nothing. The
 * token is stored before Twitch is asked for its user, because it may be the only one that is left of its grant. If Twitch does not name the
 * user, the next refresh asks again.
 * @returns the stored token
 * @throws TwitchError `refused` if the grant lacks a scope or a token; nothing is stored then
 */
export async function storeUserToken(
  { oauth, parameters, now }: LogInDeps,
  account: string,
  grant: Grant,
): Promise<TwitchToken> {
  const missing = SCOPES.filter((scope) => !grant.scopes.includes(scope));
  if (grant.accessToken === '' || missing.length > 0) {
    const text = `Expected a token with the scope ${SCOPES.join(' ')}, got one without ${missing.join(' ') || 'a token'}. Log in again, and allow it.`;
    throw new TwitchError(text, 'refused', { path: 'token' });
  }
  const token = tokenOf(grant, 'user', now());
  const { etag } = await parameters.put(tokenPath(account), token);
  const found = await oauth.validate(grant.accessToken).catch(() => undefined);
  if (found === undefined) return token;
  const named = { ...token, login: found.login?.toLowerCase() ?? null, userId: found.userId };
  try {
    await parameters.put(tokenPath(account), named, { ifMatch: etag });
  } catch (error) {
    // The token was refreshed meanwhile. The stored one is newer, and this refresh token may be invalid now.
    if (!(error instanceof ParameterError) || error.kind !== 'precondition') throw error;
  }
  return named;
}

/**
 * Stores a token of the application, with which Helix can be asked and chat not.
 * @throws TwitchError `refused` if the account has the token of a user: it would be lost
 */
export async function storeAppToken({ oauth, parameters, now }: LogInDeps, account: string): Promise<TwitchToken> {
  const stored = await parameters.get<TwitchToken>(tokenPath(account), twitchToken);
  if (stored !== undefined && stored.value.kind !== 'app')
    throw new TwitchError(
      `Expected no user token at ${tokenPath(account)}, found one. Run \`chatlake logout --account ${account}\` first, or choose another account.`,
      'refused',
      { path: 'token' },
    );
  const token = tokenOf(await oauth.clientCredentials(), 'app', now());
  await parameters.put(tokenPath(account), token);
  return token;
}

/** Revokes the token of an account and deletes it. @returns false if it has none */
export async function removeToken({ oauth, parameters }: Omit<LogInDeps, 'now'>, account: string): Promise<boolean> {
  const stored = await parameters.get<TwitchToken>(tokenPath(account), twitchToken);
  if (stored === undefined) return false;
  await oauth.revoke(stored.value.accessToken);
  return parameters.delete(tokenPath(account));
}

function tokenOf(
  { accessToken, refreshToken, scopes, expiresInSeconds }: Grant,
  kind: 'app' | 'user',
  nowMs: number,
): TwitchToken {
  const at = (seconds: number): string => new Date(nowMs + seconds * 1_000).toISOString();
  return {
    accessToken,
    refreshToken,
    scopes,
    expiresAt: expiresInSeconds === null ? null : at(expiresInSeconds),
    obtainedAt: at(0),
    login: null,
    userId: null,
    kind,
  };
}
