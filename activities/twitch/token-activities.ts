import { FactError, mappingErrors } from '../errors.ts';
import { reportingTrouble } from '../health/health.ts';
import type { ReportHealth } from '../health/health.ts';
import type { Parameters } from '../parameters/client.ts';
import { retryOnConflict } from '../parameters/retry-on-conflict.ts';
import { ParameterError } from '../parameters/error.ts';
import { TwitchError } from './http.ts';
import type { Grant, OAuth, Validation } from './oauth.ts';
import { tokenPath, twitchToken } from './token.ts';
import { isDue, secondsToNextCheck, troubleWith } from './token-checks.ts';
import type { TwitchToken } from './token.ts';

/** The result of a refresh for Temporal, without the token. Times are null if Twitch sent none. */
export interface TokenRefreshed {
  account: string;
  kind: 'app' | 'user';
  expiresAt: string | null;
  obtainedAt: string | null;
  /** Why the token is of no use although it is valid, with the remedy; null if it is of use. */
  trouble: string | null;
  /** When to call again with `timer`. */
  nextCheckSeconds: number;
}

export interface TokenActivities {
  /**
   * Refreshes the account's token if that is due, and stores the new one before anything uses it; a token that is not due is validated. On
   * `asked` it is due, unless it is a minute old at most. If the account has a refresh token, it is used. Without a token, or with an app
   * token, the account gets a new app token by client credentials. On `timer`, an app token that is valid for another hour is kept. A user
   * token without a refresh token is kept while it is valid.
   * @throws FactError, not retryable, if Twitch does not accept a user token any more, or if an account that only reads chat has no user
   */
  refreshToken(input: { account: string; reason: 'timer' | 'asked' }): Promise<TokenRefreshed>;
}

const KEEP_APP_TOKEN_SECONDS = 3_600;
/** For conflicts with another writer of the token. */
const RETRIES = 2;

/** Those who ask for a refresh within this time have met the token before. */
const ASKED_AGAIN_MINUTES = 2;

/** A token with its version. */
interface Stored {
  token: TwitchToken;
  etag: string;
}

/** A token that was not validated is an app token that is new. */
interface Checked {
  token: TwitchToken;
  found?: Validation;
}

export function createTokenActivities(deps: {
  oauth: Omit<OAuth, 'authorizationCode'>;
  parameters: Parameters;
  /** Accounts that only read chat: an app token is of no use for them. Default: none. */
  chatOnly?: readonly string[];
  /** Whether user tokens need the scopes of chat. Default false. */
  readsChat?: boolean;
  /** Called after each attempt. */
  reportHealth?: (account: string) => ReportHealth;
  /** Called after each success. */
  onRefreshed?: (account: string, expiresAt: string | null) => void;
  /** Called after each attempt that tells whether the token can be used. */
  onUsable?: (account: string, isUsable: boolean) => void;
  /** Default 30. */
  refreshMinutes?: number;
  /** The application that asks Helix. Default: nobody checks whose token it is. */
  clientId?: string;
  now?: () => number;
}): TokenActivities {
  const { oauth, parameters, chatOnly = [], readsChat = false, onRefreshed = () => {}, now = Date.now } = deps;
  const { refreshMinutes = 30, clientId, onUsable = () => {} } = deps;
  const { reportHealth = () => () => Promise.resolve() } = deps;
  const inSeconds = (seconds: number): string => new Date(now() + seconds * 1000).toISOString();

  async function read(account: string): Promise<Stored | undefined> {
    const stored = await parameters.get<TwitchToken>(tokenPath(account), twitchToken);
    return stored === undefined ? undefined : { token: stored.value, etag: stored.etag };
  }

  /** Writes only if the stored token has not changed. @throws ParameterError `precondition` */
  async function put(account: string, over: Stored | undefined, token: TwitchToken): Promise<Stored> {
    const condition = over === undefined ? { ifAbsent: true } : { ifMatch: over.etag };
    return { token, etag: (await parameters.put(tokenPath(account), token, condition)).etag };
  }

  /**
   * Stores the new tokens immediately: their refresh token may be the only valid one now. Then it looks up the user. Without an answer, the
   * user stays as it was.
   */
  async function exchange(account: string, old: Stored, refreshToken: string): Promise<Checked> {
    const grant = await oauth.refresh(refreshToken);
    const stored = await put(account, old, {
      accessToken: grant.accessToken || old.token.accessToken,
      // Twitch may send a new refresh token. Otherwise the old one stays valid.
      refreshToken: grant.refreshToken ?? refreshToken,
      scopes: grant.scopes.length > 0 ? grant.scopes : old.token.scopes,
      ...timesOf(grant),
      login: old.token.login,
      userId: old.token.userId,
      kind: 'user',
    });
    if (grant.accessToken === '') {
      throw new FactError('Expected an access token from OAuth, got a refresh token only. It is stored.', {
        facts: { account },
        retryable: true,
      });
    }
    const found = await oauth.validate(stored.token.accessToken);
    if (found === undefined)
      throw new FactError(
        `Twitch does not accept the token that it has just given to ${account}. If its user has revoked the grant, run \`chatlake login --account ${account}\`.`,
        { facts: { account }, retryable: false },
      );
    return named(account, stored, found);
  }

  /** Stores what Twitch says of the user: a person may have stored another one's token, and users change their login. */
  async function named(account: string, stored: Stored, found: Validation): Promise<Checked> {
    const { token } = stored;
    const login = found.login?.toLowerCase() ?? token.login;
    const userId = found.userId ?? token.userId;
    if (login === token.login && userId === token.userId) return { token, found };
    return { token: (await put(account, stored, { ...token, login, userId })).token, found };
  }

  async function appToken(account: string, old: Stored | undefined): Promise<Checked> {
    const grant = await oauth.clientCredentials();
    if (grant.accessToken === '')
      throw new FactError('Expected an access token from OAuth, got none.', { retryable: true });
    const { accessToken, scopes } = grant;
    const app = { refreshToken: null, login: null, userId: null, kind: 'app' } as const;
    const { token } = await put(account, old, { accessToken, scopes, ...timesOf(grant), ...app });
    // An app may have 50 valid tokens, so the old one is revoked, if it is certainly ours.
    if (old?.token.kind === 'app') await oauth.revoke(old.token.accessToken).catch(() => {});
    return { token };
  }

  function timesOf({ expiresInSeconds }: Grant): Pick<TwitchToken, 'expiresAt' | 'obtainedAt'> {
    return { expiresAt: expiresInSeconds === null ? null : inSeconds(expiresInSeconds), obtainedAt: inSeconds(0) };
  }

  /** Handles a token without a refresh token: an app token of ours, or a user token that cannot be refreshed. Asks Twitch which it is. */
  async function withoutRefreshToken(account: string, old: Stored, reason: 'timer' | 'asked'): Promise<Checked> {
    const { token } = old;
    const found = await oauth.validate(token.accessToken);
    if (isApps(token, found)) {
      const isKept = reason === 'timer' && (found?.expiresInSeconds ?? 0) > KEEP_APP_TOKEN_SECONDS;
      return isKept ? { token } : appToken(account, old);
    }
    if (found === undefined) {
      const path = tokenPath(account);
      throw new FactError(
        `The token at ${path} is no longer valid, and has no refresh token. Run \`chatlake login --account ${account}\`, or \`chatlake logout --account ${account}\` to use an app token.`,
        { facts: { account }, retryable: false },
      );
    }
    // Twitch answers 0 for some tokens that do not expire.
    const expiresAt = token.expiresAt ?? (found.expiresInSeconds ? inSeconds(found.expiresInSeconds) : null);
    return named(account, { ...old, token: { ...token, expiresAt, kind: null } }, found);
  }

  /** The stored token if it need not be refreshed, and Twitch accepts it. */
  async function kept(account: string, old: Stored, reason: 'timer' | 'asked'): Promise<Checked | undefined> {
    const minutes = reason === 'timer' ? refreshMinutes : Math.min(refreshMinutes, ASKED_AGAIN_MINUTES);
    if (isDue(old.token, minutes, now())) return undefined;
    const found = await oauth.validate(old.token.accessToken);
    return found === undefined ? undefined : named(account, old, found);
  }

  async function refresh(account: string, reason: 'timer' | 'asked'): Promise<Checked> {
    const old = await read(account);
    if (old === undefined && chatOnly.includes(account)) throw noUser(account);
    if (old === undefined) return appToken(account, old);
    const { refreshToken } = old.token;
    if (refreshToken === null) return withoutRefreshToken(account, old, reason);
    try {
      return (await kept(account, old, reason)) ?? (await exchange(account, old, refreshToken));
    } catch (error) {
      // If the token was replaced meanwhile, its refresh token may have been used.
      const isRefused = error instanceof TwitchError && error.kind === 'refused';
      if (!isRefused) throw error;
      if ((await read(account))?.etag === old.etag) throw refusedFor(account, error);
      throw changedMeanwhile(account);
    }
  }

  /** Whether a failure says that the token cannot be used. Others say nothing about it. */
  function noteFailure(account: string, error: unknown): never {
    const isFinal = error instanceof FactError && !error.retryable;
    if (isFinal) onUsable(account, false);
    throw error;
  }

  return {
    refreshToken: ({ account, reason }) =>
      mappingErrors(async () => {
        const report = reportHealth(account);
        const { token, found } = await reportingTrouble(report, () =>
          // Starts again if a person, or an attempt that timed out, has stored another token meanwhile.
          retryOnConflict(RETRIES, () => refresh(account, reason)).catch((error) => noteFailure(account, error)),
        );
        const { expiresAt, obtainedAt } = token;
        const kind = token.kind ?? 'user';
        const helixClientId = chatOnly.includes(account) ? undefined : clientId;
        const trouble = troubleWith(account, token, found, { readsChat, helixClientId });
        onRefreshed(account, expiresAt);
        onUsable(account, trouble === null);
        await report({ summary: `the ${kind} token of ${account} is valid`, trouble });
        const nextCheckSeconds = secondsToNextCheck(token, refreshMinutes, now());
        return { account, kind, expiresAt, obtainedAt, trouble, nextCheckSeconds };
      }),
  };
}

/**
 * Whether a token without a refresh token is an app token. Our app tokens have `kind: app`. But if Twitch names a user, a person may have
 * replaced only the access token. Without `kind` (earlier releases), Twitch must say that it is an app token.
 */
function isApps(token: TwitchToken, found: Validation | undefined): boolean {
  if (token.kind === 'app') return found === undefined || found.isApps;
  return found?.isApps === true && token.login === null && token.userId === null && token.scopes.length === 0;
}

function noUser(account: string): FactError {
  const text = `Expected a user to be logged in for the account ${account}, found no token. Run \`chatlake login --account ${account}\`.`;
  return new FactError(text, { facts: { account }, retryable: false });
}

/** Names the account and the remedy. */
function refusedFor(account: string, { facts }: TwitchError): TwitchError {
  const { status } = facts as { status?: number };
  const text = `OAuth refused to refresh the token of ${account} (${status}). If its user has revoked the grant, run \`chatlake login --account ${account}\`; otherwise check TWITCH_CLIENT_ID and TWITCH_CLIENT_SECRET.`;
  return new TwitchError(text, 'refused', { path: 'token', ...(status === undefined ? {} : { status }) });
}

function changedMeanwhile(account: string): ParameterError {
  const path = tokenPath(account);
  return new ParameterError('precondition', `Another token was stored at ${path} during the refresh.`, { path });
}
