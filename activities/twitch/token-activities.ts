import { mappingErrors } from '../errors.ts';
import type { Parameters } from '../parameters/client.ts';
import type { Grant, OAuth } from './oauth.ts';
import { type TwitchToken, tokenPath, twitchToken } from './token.ts';

/** What a refresh tells to Temporal: when, never what. */
export interface TokenRefreshed {
  account: string;
  kind: 'app' | 'user';
  expiresAt: string;
  obtainedAt: string;
}

export interface TokenActivities {
  /**
   * Exchanges the account's token and stores the new one before anything uses it. An account with a refresh token uses that; one without
   * gets an app's token by client credentials, which is kept while it is valid for an hour more, unless somebody `asked`.
   */
  refreshToken(input: { account: string; reason: 'timer' | 'asked' }): Promise<TokenRefreshed>;
}

const KEEP_APP_TOKEN_SECONDS = 3_600;

export function createTokenActivities(deps: {
  oauth: OAuth;
  parameters: Parameters;
  now?: () => number;
}): TokenActivities {
  const { oauth, parameters, now = Date.now } = deps;

  async function isKept(token: TwitchToken): Promise<boolean> {
    const validation = await oauth.validate(token.accessToken);
    return validation !== undefined && validation.expiresInSeconds > KEEP_APP_TOKEN_SECONDS;
  }

  /**
   * Stores the grant before anything is done with it: the refresh token that came with it may be the only one that is good now. Whose it is
   * is asked afterwards, and where nobody answers stays as it was.
   */
  async function store(
    account: string,
    grant: Grant,
    refreshToken: string | null,
    old: TwitchToken | undefined,
  ): Promise<TwitchToken> {
    const token: TwitchToken = {
      accessToken: grant.accessToken,
      refreshToken,
      scopes: grant.scopes,
      expiresAt: new Date(now() + grant.expiresInSeconds * 1000).toISOString(),
      obtainedAt: new Date(now()).toISOString(),
      login: old?.login ?? null,
      userId: old?.userId ?? null,
    };
    await parameters.put(tokenPath(account), token);
    const validation = await oauth.validate(grant.accessToken);
    if (validation === undefined || (validation.login === token.login && validation.userId === token.userId))
      return token;
    const named = { ...token, login: validation.login, userId: validation.userId };
    await parameters.put(tokenPath(account), named);
    return named;
  }

  async function refresh(account: string, reason: 'timer' | 'asked'): Promise<TwitchToken> {
    const old = (await parameters.get(tokenPath(account), twitchToken))?.value;
    if (old !== undefined && old.refreshToken !== null) {
      const grant = await oauth.refresh(old.refreshToken);
      // Twitch may keep the refresh token or give a new one; with none in the answer the old one stays good.
      return store(account, grant, grant.refreshToken ?? old.refreshToken, old);
    }
    if (old !== undefined && reason === 'timer' && (await isKept(old))) return old;
    const token = await store(account, await oauth.clientCredentials(), null, undefined);
    // 50 tokens of an app are valid at once: the one that nobody reads any more is given back.
    if (old !== undefined) await oauth.revoke(old.accessToken).catch(() => {});
    return token;
  }

  return {
    refreshToken: ({ account, reason }) =>
      mappingErrors(async () => {
        const token = await refresh(account, reason);
        const kind = token.refreshToken === null ? 'app' : 'user';
        return { account, kind, expiresAt: token.expiresAt, obtainedAt: token.obtainedAt };
      }),
  };
}
