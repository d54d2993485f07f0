import assert from 'node:assert/strict';
import got from 'got';
import type { Grant } from '../../../activities/twitch/oauth.ts';
import type { TwitchSimulator } from '../../../infra/twitch-simulator/index.ts';

const REDIRECT_URI = 'http://localhost:3000/';

/** Gets a user token like a login: authorizes, then exchanges the code. */
export async function userGrant({ idUrl, clientId, clientSecret }: TwitchSimulator): Promise<Grant> {
  const searchParams = { client_id: clientId, redirect_uri: REDIRECT_URI, response_type: 'code', scope: 'chat:read' };
  const { headers } = await got(`${idUrl}/authorize`, { searchParams, followRedirect: false });
  const code = new URL(headers.location ?? '').searchParams.get('code');
  assert.ok(code);
  const form = {
    client_id: clientId,
    client_secret: clientSecret,
    code,
    grant_type: 'authorization_code',
    redirect_uri: REDIRECT_URI,
  };
  const token = await got
    .post(`${idUrl}/token`, { form })
    .json<{ access_token: string; refresh_token: string; expires_in: number }>();
  return {
    accessToken: token.access_token,
    refreshToken: token.refresh_token,
    scopes: ['chat:read'],
    expiresInSeconds: token.expires_in,
  };
}
