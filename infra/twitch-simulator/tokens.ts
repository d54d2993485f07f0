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

interface Access {
  scopes: string[];
  isUser: boolean;
  expiresAtMs: number;
}

interface Grant {
  scopes: string[];
  refreshes: number;
  accessTokens: string[];
}

/**
 * All issued codes and tokens. There is one application and one user, who consents to everything. Every other refresh returns a new refresh
 * token and invalidates the old one. A grant has at most 50 valid access tokens; the oldest are dropped.
 */
export class TokenBook {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly userId = '900000001';
  readonly userLogin = 'lake_reader';
  readonly #random: Random;
  readonly #now: () => number;
  readonly #codes = new Map<string, { redirectUri: string; scopes: string[] }>();
  readonly #access = new Map<string, Access>();
  readonly #grants = new Map<string, Grant>();

  constructor(seed: number, now: () => number) {
    const random = new Random(`client/${seed}`);
    this.clientId = random.hex(30);
    this.clientSecret = random.hex(30);
    this.#random = new Random(`tokens/${seed}/${now()}`);
    this.#now = now;
  }

  issueCode(redirectUri: string, scopes: string[]): string {
    const code = this.#random.hex(30);
    this.#codes.set(code, { redirectUri, scopes });
    return code;
  }

  /** A code works once, and only with the redirect URI of its request. */
  redeemCode(code: string, redirectUri: string): IssuedToken | undefined {
    const issued = this.#codes.get(code);
    this.#codes.delete(code);
    if (issued?.redirectUri !== redirectUri) return undefined;
    const grant: Grant = { scopes: issued.scopes, refreshes: 0, accessTokens: [] };
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
    return this.#issue({ scopes: [], isUser: false, expiresAtMs: this.#expiry() }, undefined);
  }

  /** The grant of a token; undefined if it is unknown, revoked or expired. */
  look(accessToken: string): { scopes: string[]; isUser: boolean; expiresInSeconds: number } | undefined {
    const access = this.#access.get(accessToken);
    const leftMs = access === undefined ? 0 : access.expiresAtMs - this.#now();
    if (access === undefined || leftMs <= 0) return undefined;
    return { scopes: access.scopes, isUser: access.isUser, expiresInSeconds: Math.ceil(leftMs / 1000) };
  }

  /** The login that may read chat with this token: only user tokens with the scope. */
  chatLogin(accessToken: string): string | undefined {
    const found = this.look(accessToken);
    return found?.isUser === true && found.scopes.includes('chat:read') ? this.userLogin : undefined;
  }

  revoke(accessToken: string): boolean {
    return this.#access.delete(accessToken);
  }

  /** Revokes all access tokens, and optionally all refresh tokens. */
  revokeAll(refreshTokensToo: boolean): void {
    this.#access.clear();
    if (refreshTokensToo) this.#grants.clear();
  }

  #issueUser(grant: Grant, refreshToken: string): IssuedToken {
    const issued = this.#issue({ scopes: grant.scopes, isUser: true, expiresAtMs: this.#expiry() }, refreshToken);
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

  #expiry(): number {
    return this.#now() + ACCESS_TOKEN_SECONDS * 1000;
  }
}
