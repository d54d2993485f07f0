import { z } from 'zod';
import { TwitchError, ask, createHttp, jsonOf } from './http.ts';
import type { TwitchAnswer } from './http.ts';
import { scopesOf } from './token.ts';

const optionalText = z.string().min(1).nullish().catch(null);
/** Seconds; null if missing or impossible. */
const seconds = z.coerce.number().nonnegative().max(1e10).nullish().catch(null);

/** Only the tokens are required: the old refresh token may be invalid now, so the new one must not be lost for another field. */
const grantExternal = z.object({
  access_token: optionalText,
  refresh_token: optionalText,
  expires_in: seconds,
  scope: z.unknown().optional(),
});

const validationExternal = z.looseObject({
  client_id: optionalText,
  expires_in: seconds,
  login: optionalText,
  user_id: optionalText,
  scopes: z.unknown().optional(),
});

export interface Grant {
  accessToken: string;
  /** Null if the answer had none. */
  refreshToken: string | null;
  scopes: string[];
  /** Null if the answer had none, or 0: Twitch answers 0 for some tokens that do not expire. */
  expiresInSeconds: number | null;
}

export interface Validation {
  /** Of the application that the token was given to. Null if the answer had none. */
  clientId: string | null;
  /** Null if the answer had no list: Twitch has also sent null for a token whose scopes nobody had asked for. */
  scopes: string[] | null;
  /** Null if the answer had none. Twitch answers 0 for some tokens that do not expire. */
  expiresInSeconds: number | null;
  /** Null for an app token, or if the answer had none. */
  login: string | null;
  userId: string | null;
  /** It is an app token: the answer names the application and has no user fields. */
  isApps: boolean;
}

/** Twitch's OAuth server. Secrets are sent in bodies and headers, never in a URL. */
export interface OAuth {
  clientCredentials(): Promise<Grant>;
  /**
   * Exchanges the code of a login. It works once, and with the redirect address of its request only.
   * @throws TwitchError `refused` if Twitch does not accept it
   */
  authorizationCode(code: string, redirectUri: string): Promise<Grant>;
  /**
   * If the answer has a refresh token only, `accessToken` is empty.
   * @throws TwitchError `refused` if the grant was revoked: a new login is needed
   */
  refresh(refreshToken: string): Promise<Grant>;
  /** Undefined if the token is invalid or has expired. */
  validate(accessToken: string): Promise<Validation | undefined>;
  revoke(accessToken: string): Promise<void>;
}

export function createOAuth(options: { idUrl: string; clientId: string; clientSecret: string }): OAuth {
  const { clientId, clientSecret } = options;
  const http = createHttp(options.idUrl);

  async function post(path: string, form: Record<string, string>): Promise<TwitchAnswer> {
    const answer = await ask(http, path, { method: 'POST', form: { client_id: clientId, ...form } });
    const { status } = answer;
    // Twitch refuses with one of these. Any other status means a proxy, a wrong address or an outage.
    if (![200, 400, 401, 403].includes(status)) throw unavailable(path, status);
    return answer;
  }

  async function grant(form: Record<string, string>, remedy: string): Promise<Grant> {
    const answer = await post('token', { client_secret: clientSecret, ...form });
    const { status } = answer;
    if (status !== 200)
      throw new TwitchError(`OAuth refused a token (${status}). ${remedy}`, 'refused', { path: 'token', status });
    const parsed = grantExternal.safeParse(jsonOf('token', answer));
    const { access_token, refresh_token, expires_in, scope } = parsed.data ?? {};
    if (!access_token && !refresh_token)
      throw new TwitchError(
        'Expected OAuth to answer with a token, got an answer without one. Is TWITCH_ID_URL right? If it is, a retry may help.',
        'unavailable',
        { path: 'token', status },
      );
    return {
      accessToken: access_token ?? '',
      refreshToken: refresh_token ?? null,
      scopes: scopesOf(scope),
      expiresInSeconds: expires_in || null,
    };
  }

  return {
    clientCredentials: () =>
      grant(
        { grant_type: 'client_credentials' },
        'Check TWITCH_CLIENT_ID and TWITCH_CLIENT_SECRET: both are on the page of a confidential application, and a new secret ends the old one.',
      ),
    authorizationCode: (code, redirectUri) =>
      grant(
        { grant_type: 'authorization_code', code, redirect_uri: redirectUri },
        'Log in again: a code works once and for some minutes. If it is refused again, check TWITCH_CLIENT_ID and TWITCH_CLIENT_SECRET.',
      ),
    refresh: (refreshToken) =>
      grant(
        { grant_type: 'refresh_token', refresh_token: refreshToken },
        'The grant was revoked or already used, or the credentials are wrong: run `chatlake login` again, or check TWITCH_CLIENT_ID and TWITCH_CLIENT_SECRET.',
      ),
    async validate(accessToken) {
      const path = 'validate';
      const answer = await ask(http, path, { headers: { authorization: `OAuth ${accessToken}` } });
      const { status } = answer;
      if (status === 401) return undefined;
      if (status !== 200) throw unavailable(path, status);
      const parsed = validationExternal.safeParse(jsonOf(path, answer));
      if (!parsed.success)
        throw new TwitchError(
          'Expected OAuth to answer `validate` with an object, got something else. Is TWITCH_ID_URL right?',
          'unavailable',
          { path, status },
        );
      const { client_id, expires_in, login, user_id, scopes } = parsed.data;
      const isApps = Boolean(client_id && expires_in) && !('login' in parsed.data) && !('user_id' in parsed.data);
      return {
        ...{ clientId: client_id ?? null, scopes: scopes === undefined || scopes === null ? null : scopesOf(scopes) },
        ...{ expiresInSeconds: expires_in ?? null, login: login ?? null, userId: user_id ?? null, isApps },
      };
    },
    async revoke(accessToken) {
      const path = 'revoke';
      const { status } = await post(path, { token: accessToken });
      // 400: the token was already invalid.
      if (status !== 200 && status !== 400)
        throw new TwitchError(`OAuth answered ${status} to revoke.`, 'unexpected', { path, status });
    },
  };
}

function unavailable(path: string, status: number): TwitchError {
  const message = `Expected OAuth to answer ${path} with 200, 400, 401 or 403, got ${status}. Is TWITCH_ID_URL right? If it is, a retry may help.`;
  return new TwitchError(message, 'unavailable', { path, status });
}
