import { Random } from './random.ts';

const ACCESS_TOKEN_SECONDS = 14_400;
const TOKENS_PER_GRANT = 50;

export interface IssuedToken {
  accessToken: string;
  expiresInSeconds: number;
  scopes: string[];
  /** Undefined for an app token. */
  refreshToken: string | undefined;
}

/** A user of the simulated Twitch. */
export interface TwitchUser {
  id: string;
  login: string;
}

interface Access {
  scopes: string[];
  /** Undefined for an app token. */
  user: TwitchUser | undefined;
  expiresAtMs: number;
}

interface Grant {
  user: TwitchUser;
  scopes: string[];
  refreshes: number;
  accessTokens: string[];
}

/**
 * All issued codes and tokens. There is one application. The user in the browser consents to everything: `lake_reader`, until another one logs
 * in there ({@link logInBrowser}). Every other refresh returns a new refresh token and invalidates the old one. A grant has at most 50 valid
 * access tokens; the oldest are dropped.
 */
export class TokenBook {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly #random: Random;
  readonly #now: () => number;
  readonly #users = new Map<string, TwitchUser>();
  #redirectUris: readonly string[] | undefined;
  #inBrowser = this.#user('lake_reader');
  readonly #codes = new Map<string, { redirectUri: string; scopes: string[]; user: TwitchUser }>();
  readonly #access = new Map<string, Access>();
  readonly #grants = new Map<string, Grant>();

  constructor(seed: number, now: () => number) {
    const random = new Random(`client/${seed}`);
    this.clientId = random.hex(30);
    this.clientSecret = random.hex(30);
    this.#random = new Random(`tokens/${seed}/${now()}`);
    this.#now = now;
  }

  /** From now on this user consents. */
  logInBrowser(login: string): void {
    this.#inBrowser = this.#user(login);
  }

  /** From now on the application has these redirect addresses. Until then it has any. */
  registerRedirects(redirectUris: readonly string[]): void {
    this.#redirectUris = redirectUris;
  }

  /** Where Twitch sends the browser instead, if the application has no such redirect address: to its first one. */
  otherRedirectUri(redirectUri: string): string | undefined {
    return this.#redirectUris?.includes(redirectUri) === false ? this.#redirectUris[0] : undefined;
  }

  issueCode(redirectUri: string, scopes: string[]): string {
    const code = this.#random.hex(30);
    this.#codes.set(code, { redirectUri, scopes, user: this.#inBrowser });
    return code;
  }

  /** A code works once, and only with the redirect URI of its request. */
  redeemCode(code: string, redirectUri: string): IssuedToken | undefined {
    const issued = this.#codes.get(code);
    this.#codes.delete(code);
    if (issued?.redirectUri !== redirectUri) return undefined;
    const grant: Grant = { user: issued.user, scopes: issued.scopes, refreshes: 0, accessTokens: [] };
    return this.#issueUser(grant, this.#newRefreshToken(grant));
  }

  refresh(refreshToken: string): IssuedToken | undefined {
    const grant = this.#grants.get(refreshToken);
    if (grant === undefined) return undefined;
    grant.refreshes += 1;
    const rotates = grant.refreshes % 2 === 1;
    if (rotates) this.#grants.delete(refreshToken);
    return this.#issueUser(grant, rotates ? this.#newRefreshToken(grant) : refreshToken);
  }

  issueApp(): IssuedToken {
    return this.#issue({ scopes: [], user: undefined, expiresAtMs: this.#expiry() }, undefined);
  }

  /** The grant of a token; undefined if it is unknown, revoked or expired. */
  look(accessToken: string): { scopes: string[]; user: TwitchUser | undefined; expiresInSeconds: number } | undefined {
    const access = this.#access.get(accessToken);
    const leftMs = access === undefined ? 0 : access.expiresAtMs - this.#now();
    if (access === undefined || leftMs <= 0) return undefined;
    return { scopes: access.scopes, user: access.user, expiresInSeconds: Math.ceil(leftMs / 1000) };
  }

  /** The user who may read chat with this token: only user tokens with the scope. */
  chatUser(accessToken: string): TwitchUser | undefined {
    const found = this.look(accessToken);
    return found?.scopes.includes('chat:read') === true ? found.user : undefined;
  }

  revoke(accessToken: string): boolean {
    return this.#access.delete(accessToken);
  }

  /** Revokes all access tokens, and optionally all refresh tokens: of everybody, or of one user. */
  revokeAll(refreshTokensToo: boolean, login?: string): void {
    const isMeant = (user: TwitchUser | undefined): boolean => login === undefined || user?.login === login;
    for (const [token, { user }] of this.#access) if (isMeant(user)) this.#access.delete(token);
    if (!refreshTokensToo) return;
    for (const [token, { user }] of this.#grants) if (isMeant(user)) this.#grants.delete(token);
  }

  #issueUser(grant: Grant, refreshToken: string): IssuedToken {
    const issued = this.#issue({ scopes: grant.scopes, user: grant.user, expiresAtMs: this.#expiry() }, refreshToken);
    grant.accessTokens.push(issued.accessToken);
    while (grant.accessTokens.length > TOKENS_PER_GRANT) this.#access.delete(grant.accessTokens.shift() ?? '');
    return issued;
  }

  #issue(access: Access, refreshToken: string | undefined): IssuedToken {
    const accessToken = this.#random.hex(30);
    this.#access.set(accessToken, access);
    return { accessToken, expiresInSeconds: ACCESS_TOKEN_SECONDS, scopes: access.scopes, refreshToken };
  }

  #newRefreshToken(grant: Grant): string {
    const refreshToken = this.#random.hex(50);
    this.#grants.set(refreshToken, grant);
    return refreshToken;
  }

  #user(login: string): TwitchUser {
    const user = this.#users.get(login) ?? { id: String(900_000_001 + this.#users.size), login };
    this.#users.set(login, user);
    return user;
  }

  #expiry(): number {
    return this.#now() + ACCESS_TOKEN_SECONDS * 1000;
  }
}
