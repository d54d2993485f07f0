import type { Response } from 'got';
import { z } from 'zod';
import { TwitchError, answerOf, createHttp, jsonOf } from './http.ts';

const tokenExternal = z.object({
  access_token: z.string().min(1),
  expires_in: z.number().positive(),
  refresh_token: z.string().optional(),
  scope: z.array(z.string()).nullish(),
});

const validationExternal = z.object({
  expires_in: z.number().nonnegative(),
  login: z.string().nullish(),
  user_id: z.string().nullish(),
  scopes: z.array(z.string()).nullish(),
});

/** What OAuth granted. `refreshToken` is null for an app's token. Durations are in seconds. */
export interface Grant {
  accessToken: string;
  refreshToken: string | null;
  scopes: string[];
  expiresInSeconds: number;
}

export interface Validation {
  expiresInSeconds: number;
  login: string | null;
  userId: string | null;
}

/** Twitch's OAuth server. Secrets travel in bodies and headers, never in a URL. */
export interface OAuth {
  clientCredentials(): Promise<Grant>;
  /** @throws TwitchError `refused` when the grant was revoked: a new login is needed */
  refresh(refreshToken: string): Promise<Grant>;
  /** Undefined when the token is not valid (any more). */
  validate(accessToken: string): Promise<Validation | undefined>;
  revoke(accessToken: string): Promise<void>;
}

export function createOAuth(options: { idUrl: string; clientId: string; clientSecret: string }): OAuth {
  const { clientId, clientSecret } = options;
  const http = createHttp(options.idUrl);

  async function post(path: string, form: Record<string, string>): Promise<Response<string>> {
    const response = await answerOf(path, http.post(path, { form: { client_id: clientId, ...form } }));
    const status = response.statusCode;
    if (status === 429 || status >= 500)
      throw new TwitchError(`OAuth answered ${status} to ${path}.`, 'unavailable', { path, status });
    return response;
  }

  async function grant(form: Record<string, string>, remedy: string): Promise<Grant> {
    const response = await post('token', { client_secret: clientSecret, ...form });
    const status = response.statusCode;
    if (status !== 200)
      throw new TwitchError(`OAuth refused a token (${status}). ${remedy}`, 'refused', { path: 'token', status });
    const parsed = tokenExternal.safeParse(jsonOf('token', response));
    if (!parsed.success)
      throw new TwitchError('OAuth answered token in an unexpected shape.', 'unexpected', { path: 'token', status });
    const { access_token: accessToken, refresh_token, scope, expires_in: expiresInSeconds } = parsed.data;
    // Some servers send an empty refresh token where there is none.
    return { accessToken, refreshToken: refresh_token ? refresh_token : null, scopes: scope ?? [], expiresInSeconds };
  }

  return {
    clientCredentials: () =>
      grant({ grant_type: 'client_credentials' }, 'Check TWITCH_CLIENT_ID and TWITCH_CLIENT_SECRET.'),
    refresh: (refreshToken) =>
      grant(
        { grant_type: 'refresh_token', refresh_token: refreshToken },
        'The grant was revoked or is spent: log in again.',
      ),
    async validate(accessToken) {
      const path = 'validate';
      const response = await answerOf(path, http.get(path, { headers: { authorization: `OAuth ${accessToken}` } }));
      const status = response.statusCode;
      if (status === 401) return undefined;
      if (status !== 200)
        throw new TwitchError(`OAuth answered ${status} to validate.`, 'unavailable', { path, status });
      const parsed = validationExternal.safeParse(jsonOf(path, response));
      if (!parsed.success)
        throw new TwitchError('OAuth answered validate in an unexpected shape.', 'unexpected', { path, status });
      const { expires_in: expiresInSeconds, login, user_id } = parsed.data;
      return { expiresInSeconds, login: login ?? null, userId: user_id ?? null };
    },
    async revoke(accessToken) {
      const { statusCode } = await post('revoke', { token: accessToken });
      // 400 says that the token was not valid any more, which is what was wanted.
      if (statusCode !== 200 && statusCode !== 400) {
        throw new TwitchError(`OAuth answered ${statusCode} to revoke.`, 'unexpected', {
          path: 'revoke',
          status: statusCode,
        });
      }
    },
  };
}
