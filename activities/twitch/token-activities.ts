import { FactError, mappingErrors } from '../errors.ts';
import { reportingTrouble } from '../health/health.ts';
import type { ReportHealth } from '../health/health.ts';
import type { Parameters } from '../parameters/client.ts';
import { overNewest } from '../parameters/over-newest.ts';
import { ParameterError } from '../parameters/parameter-error.ts';
import { TwitchError } from './http.ts';
import type { Grant, OAuth, Validation } from './oauth.ts';
import { tokenPath, twitchToken } from './token.ts';
import type { TwitchToken } from './token.ts';

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
/** Another can store a token meanwhile now and then; not so often. */
const RETRIES = 2;

/** A token with its version. */
interface Stored {
  token: TwitchToken;
  etag: string;
}

export function createTokenActivities(deps: {
  oauth: OAuth;
  parameters: Parameters;
  /** Says how the token is, after each try. */
  reportHealth?: ReportHealth;
  now?: () => number;
}): TokenActivities {
  const { oauth, parameters, reportHealth = () => Promise.resolve(), now = Date.now } = deps;
  const inSeconds = (seconds: number): string => new Date(now() + seconds * 1000).toISOString();

  async function read(account: string): Promise<Stored | undefined> {
    const stored = await parameters.get<TwitchToken>(tokenPath(account), twitchToken);
    return stored === undefined ? undefined : { token: stored.value, etag: stored.etag };
  }

  /** Only over the token that was read: one that somebody has stored meanwhile stays. @throws ParameterError `precondition` */
  async function put(account: string, over: Stored | undefined, token: TwitchToken): Promise<Stored> {
    const condition = over === undefined ? { ifAbsent: true } : { ifMatch: over.etag };
    return { token, etag: (await parameters.put(tokenPath(account), token, condition)).etag };
  }

  /**
   * Stores the grant before anything is done with it: the refresh token that came with it may be the only one that is good now. Whose it is
   * is asked afterwards, and where nobody answers stays as it was.
   */
  async function exchange(account: string, old: Stored, refreshToken: string): Promise<TwitchToken> {
    const grant = await oauth.refresh(refreshToken);
    const stored = await put(account, old, {
      accessToken: grant.accessToken || old.token.accessToken,
      // Twitch may keep the refresh token or give a new one; with none in the answer the old one stays good.
      refreshToken: grant.refreshToken ?? refreshToken,
      scopes: grant.scopes.length > 0 ? grant.scopes : old.token.scopes,
      ...timesOf(grant),
      login: old.token.login,
      userId: old.token.userId,
      kind: 'user',
    });
    if (grant.accessToken === '') {
      throw new FactError('Expected an access token from OAuth, got a refresh token alone, which is stored.', {
        facts: { account },
        retryable: true,
      });
    }
    return named(account, stored, await oauth.validate(stored.token.accessToken));
  }

  async function named(account: string, stored: Stored, found: Validation | undefined): Promise<TwitchToken> {
    const { token } = stored;
    if (found === undefined) return token;
    const login = found.login?.toLowerCase() ?? token.login;
    const userId = found.userId ?? token.userId;
    if (login === token.login && userId === token.userId) return token;
    return (await put(account, stored, { ...token, login, userId })).token;
  }

  async function appToken(account: string, old: Stored | undefined): Promise<TwitchToken> {
    const grant = await oauth.clientCredentials();
    if (grant.accessToken === '')
      throw new FactError('Expected an access token from OAuth, got none.', { retryable: true });
    const { accessToken, scopes } = grant;
    const app = { refreshToken: null, login: null, userId: null, kind: 'app' } as const;
    const { token } = await put(account, old, { accessToken, scopes, ...timesOf(grant), ...app });
    // 50 tokens of an app are valid at once: the one that nobody reads any more is given back, where it is surely one of ours.
    if (old?.token.kind === 'app') await oauth.revoke(old.token.accessToken).catch(() => {});
    return token;
  }

  function timesOf({ expiresInSeconds }: Grant): Pick<TwitchToken, 'expiresAt' | 'obtainedAt'> {
    return { expiresAt: expiresInSeconds === null ? null : inSeconds(expiresInSeconds), obtainedAt: inSeconds(0) };
  }

  /** A token without a refresh token: one that we got for the application, or one that nobody can exchange. Twitch knows whose it is. */
  async function unexchangeable(account: string, old: Stored, reason: 'timer' | 'asked'): Promise<TwitchToken> {
    const { token } = old;
    const found = await oauth.validate(token.accessToken);
    if (isApps(token, found)) {
      const isKept = reason === 'timer' && (found?.expiresInSeconds ?? 0) > KEEP_APP_TOKEN_SECONDS;
      return isKept ? token : appToken(account, old);
    }
    if (found === undefined) {
      const path = tokenPath(account);
      throw new FactError(
        `The token at ${path} is not valid any more, and has no refresh token to exchange it with. Store a new user token there (docs/operating.md says how); to go on with a token of the application alone, delete ${path}.`,
        { facts: { account }, retryable: false },
      );
    }
    // Twitch answers 0 for some tokens that have no end.
    const expiresAt = token.expiresAt ?? (found.expiresInSeconds ? inSeconds(found.expiresInSeconds) : null);
    return named(account, { ...old, token: { ...token, expiresAt, kind: null } }, found);
  }

  async function refresh(account: string, reason: 'timer' | 'asked'): Promise<TwitchToken> {
    const old = await read(account);
    if (old === undefined) return appToken(account, old);
    const { refreshToken } = old.token;
    if (refreshToken === null) return unexchangeable(account, old, reason);
    try {
      return await exchange(account, old, refreshToken);
    } catch (error) {
      // A grant that somebody has replaced meanwhile may be spent.
      const isRefused = error instanceof TwitchError && error.kind === 'refused';
      if (!isRefused || (await read(account))?.etag === old.etag) throw error;
      throw changedMeanwhile(account);
    }
  }

  return {
    refreshToken: ({ account, reason }) =>
      mappingErrors(async () => {
        const { kind, expiresAt, obtainedAt } = await reportingTrouble(reportHealth, () =>
          // Begins again with the token that somebody else has stored meanwhile: a person, or an attempt that was given up.
          overNewest(RETRIES, () => refresh(account, reason)),
        );
        await reportHealth({ summary: `the ${kind ?? 'user'} token of ${account} is valid`, trouble: null });
        return { account, kind: kind ?? 'user', expiresAt, obtainedAt };
      }),
  };
}

/**
 * Whether a token without a refresh token is an application's. One that we stored says so, unless Twitch names a user: somebody may have put
 * another in its place and left the rest. One that does not say so may be of an earlier release: Twitch itself must say it.
 */
function isApps(token: TwitchToken, found: Validation | undefined): boolean {
  if (token.kind === 'app') return found === undefined || found.isApps;
  return found?.isApps === true && token.login === null && token.userId === null && token.scopes.length === 0;
}

function changedMeanwhile(account: string): ParameterError {
  const path = tokenPath(account);
  return new ParameterError('precondition', `Somebody has stored another token at ${path} meanwhile.`, { path });
}
