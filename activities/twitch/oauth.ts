import { z } from 'zod';
import { TwitchError, ask, createHttp, jsonOf } from './http.ts';
import type { TwitchAnswer } from './http.ts';
import { scopesOf } from './token.ts';

const optionalText = z.string().min(1).nullish().catch(null);
/** Seconds; null where they are missing or cannot be true. */
const seconds = z.coerce.number().nonnegative().max(1e10).nullish().catch(null);

/** Only the tokens count: whatever else is missing or odd, the old refresh token may be spent by now, so the new ones must be kept. */
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
});

/** What OAuth granted. */
export interface Grant {
  accessToken: string;
  /** Null where the answer had none. */
  refreshToken: string | null;
  scopes: string[];
  /** Null where the answer did not say. */
  expiresInSeconds: number | null;
}

export interface Validation {
  /** Null where the answer did not say; Twitch answers 0 for some tokens that have no end. */
  expiresInSeconds: number | null;
  /** Null for an app's token, and where the answer did not say. */
  login: string | null;
  userId: string | null;
  /** Twitch says that this is an app's: the answer names the application, and has no field for a user at all. */
  isApps: boolean;
}

/** Twitch's OAuth server. Secrets travel in bodies and headers, never in a URL. */
export interface OAuth {
  clientCredentials(): Promise<Grant>;
  /**
   * An answer without an access token is a grant all the same where it has a refresh token: `accessToken` is empty then.
   * @throws TwitchError `refused` when the grant was revoked: a new login is needed
   */
  refresh(refreshToken: string): Promise<Grant>;
  /** Undefined when the token is not valid (any more). */
  validate(accessToken: string): Promise<Validation | undefined>;
  revoke(accessToken: string): Promise<void>;
}

export function createOAuth(options: { idUrl: string; clientId: string; clientSecret: string }): OAuth {
  const { clientId, clientSecret } = options;
  const http = createHttp(options.idUrl);

  async function post(path: string, form: Record<string, string>): Promise<TwitchAnswer> {
    const answer = await ask(http, path, { method: 'POST', form: { client_id: clientId, ...form } });
    const { status } = answer;
    // What says no says it with one of these. Anything else is not about the question: a proxy, a wrong address, a bad day.
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
        'Expected OAuth to answer with a token, got an answer without one. Is TWITCH_ID_URL right? Trying again helps where it was a bad day.',
        'unavailable',
        { path: 'token', status },
      );
    return {
      accessToken: access_token ?? '',
      refreshToken: refresh_token ?? null,
      scopes: scopesOf(scope),
      expiresInSeconds: expires_in ?? null,
    };
  }

  return {
    clientCredentials: () =>
      grant({ grant_type: 'client_credentials' }, 'Check TWITCH_CLIENT_ID and TWITCH_CLIENT_SECRET.'),
    refresh: (refreshToken) =>
      grant(
        { grant_type: 'refresh_token', refresh_token: refreshToken },
        'The grant was revoked or is spent, or the credentials are wrong: log in again, or check TWITCH_CLIENT_ID and TWITCH_CLIENT_SECRET.',
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
          'Expected OAuth to answer validate with an object, got something else. Is TWITCH_ID_URL right?',
          'unavailable',
          { path, status },
        );
      const { client_id, expires_in, login, user_id } = parsed.data;
      const isApps = Boolean(client_id && expires_in) && !('login' in parsed.data) && !('user_id' in parsed.data);
      return { expiresInSeconds: expires_in ?? null, login: login ?? null, userId: user_id ?? null, isApps };
    },
    async revoke(accessToken) {
      const path = 'revoke';
      const { status } = await post(path, { token: accessToken });
      // 400 says that the token was not valid any more, which is what was wanted.
      if (status !== 200 && status !== 400)
        throw new TwitchError(`OAuth answered ${status} to revoke.`, 'unexpected', { path, status });
    },
  };
}

function unavailable(path: string, status: number): TwitchError {
  const message = `Expected OAuth to answer ${path} with yes or no, got ${status}. Is TWITCH_ID_URL right? Where it is, trying again helps.`;
  return new TwitchError(message, 'unavailable', { path, status });
}
