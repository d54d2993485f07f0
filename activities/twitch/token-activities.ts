import { FactError, mappingErrors } from '../errors.ts';
import type { Parameters } from '../parameters/client.ts';
import type { Grant, OAuth, Validation } from './oauth.ts';
import { type TwitchToken, tokenPath, twitchToken } from './token.ts';

/** What a refresh tells to Temporal: when, never what. Times are null where Twitch did not say. */
export interface TokenRefreshed {
  account: string;
  kind: 'app' | 'user';
  expiresAt: string | null;
  obtainedAt: string | null;
}

export interface TokenActivities {
  /**
   * Exchanges the account's token and stores the new one before anything uses it. An account with a refresh token uses that. An account without
   * a token, or with one that we got for the app, gets an app's token by client credentials; that one is kept while it is valid for an hour
   * more, unless somebody `asked`. A user's token without a refresh token is kept for as long as it is valid.
   * @throws FactError, not retryable, when such a token is not valid any more
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
  const inSeconds = (seconds: number): string => new Date(now() + seconds * 1000).toISOString();

  async function put(account: string, token: TwitchToken): Promise<TwitchToken> {
    await parameters.put(tokenPath(account), token);
    return token;
  }

  /**
   * Stores the grant before anything is done with it: the refresh token that came with it may be the only one that is good now. Whose it is
   * is asked afterwards, and where nobody answers stays as it was.
   */
  async function exchange(account: string, old: TwitchToken, refreshToken: string): Promise<TwitchToken> {
    const grant = await oauth.refresh(refreshToken);
    const token = await put(account, {
      accessToken: grant.accessToken || old.accessToken,
      // Twitch may keep the refresh token or give a new one; with none in the answer the old one stays good.
      refreshToken: grant.refreshToken ?? refreshToken,
      scopes: grant.scopes.length > 0 ? grant.scopes : old.scopes,
      ...timesOf(grant),
      login: old.login,
      userId: old.userId,
      kind: 'user',
    });
    if (grant.accessToken === '') {
      throw new FactError('Expected an access token from OAuth, got a refresh token alone, which is stored.', {
        facts: { account },
        retryable: true,
      });
    }
    return named(account, token, await oauth.validate(token.accessToken));
  }

  async function named(account: string, token: TwitchToken, found: Validation | undefined): Promise<TwitchToken> {
    if (found === undefined) return token;
    const login = found.login?.toLowerCase() ?? token.login;
    const userId = found.userId ?? token.userId;
    return login === token.login && userId === token.userId ? token : put(account, { ...token, login, userId });
  }

  async function appToken(account: string, old: TwitchToken | undefined, reason: string): Promise<TwitchToken> {
    if (old !== undefined && reason === 'timer') {
      const left = (await oauth.validate(old.accessToken))?.expiresInSeconds ?? 0;
      if (left > KEEP_APP_TOKEN_SECONDS) return old;
    }
    const grant = await oauth.clientCredentials();
    if (grant.accessToken === '')
      throw new FactError('Expected an access token from OAuth, got none.', { retryable: true });
    const { accessToken, scopes } = grant;
    const app = { refreshToken: null, login: null, userId: null, kind: 'app' } as const;
    const token = await put(account, { accessToken, scopes, ...timesOf(grant), ...app });
    // 50 tokens of an app are valid at once: the one that nobody reads any more is given back.
    if (old !== undefined) await oauth.revoke(old.accessToken).catch(() => {});
    return token;
  }

  function timesOf({ expiresInSeconds }: Grant): Pick<TwitchToken, 'expiresAt' | 'obtainedAt'> {
    return { expiresAt: expiresInSeconds === null ? null : inSeconds(expiresInSeconds), obtainedAt: inSeconds(0) };
  }

  /** A token that nobody can exchange, and that we did not get ourselves: a user's, as far as anybody knows, unless Twitch says otherwise. */
  async function foreignToken(account: string, old: TwitchToken, reason: string): Promise<TwitchToken> {
    const found = await oauth.validate(old.accessToken);
    if (found === undefined) {
      const path = tokenPath(account);
      throw new FactError(
        `The token at ${path} is not valid any more, and has no refresh token to exchange it with. Store a new user token there (docs/operating.md says how); to go on with a token of the application alone, delete ${path}.`,
        { facts: { account }, retryable: false },
      );
    }
    const isApps = found.login === null && found.userId === null && old.login === null && old.userId === null;
    if (isApps && old.scopes.length === 0) return appToken(account, { ...old, kind: 'app' }, reason);
    const token =
      old.expiresAt === null && found.expiresInSeconds ? { ...old, expiresAt: inSeconds(found.expiresInSeconds) } : old;
    return named(account, token, found);
  }

  async function refresh(account: string, reason: 'timer' | 'asked'): Promise<TwitchToken> {
    const old = (await parameters.get<TwitchToken>(tokenPath(account), twitchToken))?.value;
    if (old === undefined || old.kind === 'app') return appToken(account, old, reason);
    if (old.refreshToken !== null) return exchange(account, old, old.refreshToken);
    return foreignToken(account, old, reason);
  }

  return {
    refreshToken: ({ account, reason }) =>
      mappingErrors(async () => {
        const { kind, expiresAt, obtainedAt } = await refresh(account, reason);
        return { account, kind: kind ?? 'user', expiresAt, obtainedAt };
      }),
  };
}
