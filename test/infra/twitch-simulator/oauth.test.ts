import assert from 'node:assert/strict';
import got from 'got';
import { appToken, logIn, order, postForm, withSimulator } from './with-simulator.ts';
import type { Tokens } from './with-simulator.ts';
import type { TwitchSimulator } from '../../../infra/twitch-simulator/index.ts';

async function validate({ idUrl }: TwitchSimulator, token: string): Promise<Response> {
  return fetch(`${idUrl}/validate`, { headers: { authorization: `OAuth ${token}` } });
}

async function refresh({ idUrl, clientId, clientSecret }: TwitchSimulator, token: string): Promise<Response> {
  const form = { client_id: clientId, client_secret: clientSecret, grant_type: 'refresh_token', refresh_token: token };
  return postForm(`${idUrl}/token`, form);
}

describe('OAuth of the Twitch simulator', () => {
  it('sends the browser to the first registered address if that of the request is not registered to the letter', async () => {
    await withSimulator({ seed: 1 }, async ({ idUrl, clientId, controlUrl }) => {
      const redirectUris = ['http://localhost:3000/a', 'http://localhost:3000'];
      await got.post(`${controlUrl}/application`, { json: { redirectUris } });
      const landing = async (redirect: string): Promise<URL> => {
        const query = new URLSearchParams({ client_id: clientId, redirect_uri: redirect, response_type: 'code', scope: 'chat:read', state: 's1' }); // prettier-ignore
        const { headers } = await fetch(`${idUrl}/authorize?${query.toString()}`, { redirect: 'manual' });
        return new URL(headers.get('location') ?? '');
      };
      const other = await landing('http://localhost:3000/');
      assert.equal(other.origin + other.pathname, 'http://localhost:3000/a');
      const { error, state, code } = Object.fromEntries(other.searchParams);
      assert.deepEqual([error, state, code], ['redirect_mismatch', 's1', undefined]);
      assert.ok((await landing('http://localhost:3000')).searchParams.get('code'));
    });
  });

  it('redirects from authorize with code, scope and state', async () => {
    await withSimulator({}, async ({ idUrl, clientId }) => {
      const redirect = encodeURIComponent('http://localhost:3000/done?keep=1');
      const query = `response_type=code&client_id=${clientId}&redirect_uri=${redirect}&scope=chat%3Aread%20user%3Aread&state=abc`;
      const response = await fetch(`${idUrl}/authorize?${query.toString()}`, { redirect: 'manual' });
      assert.equal(response.status, 302);
      const target = new URL(response.headers.get('location') ?? '').searchParams;
      assert.equal(target.get('keep'), '1');
      assert.equal(target.get('state'), 'abc');
      assert.equal(target.get('scope'), 'chat:read user:read');
      assert.match(target.get('code') ?? '', /^[0-9a-f]{30}$/);
      assert.equal((await fetch(`${idUrl}/authorize?client_id=other&redirect_uri=${redirect}`)).status, 400);
    });
  });

  it('exchanges a code once, validates and revokes the token', async () => {
    await withSimulator({}, async (simulator) => {
      const tokens = await logIn(simulator);
      assert.deepEqual(tokens.scope, ['chat:read']);
      const valid = await validate(simulator, tokens.access_token);
      const body = (await valid.json()) as Record<string, unknown>;
      assert.equal(body.login, 'lake_reader');
      assert.equal(body.client_id, simulator.clientId);

      const form = { client_id: simulator.clientId, token: tokens.access_token };
      assert.equal((await postForm(`${simulator.idUrl}/revoke`, form)).status, 200);
      assert.equal((await postForm(`${simulator.idUrl}/revoke`, form)).status, 400);
      assert.equal((await postForm(`${simulator.idUrl}/revoke`, { ...form, client_id: 'x' })).status, 404);
      const gone = await validate(simulator, tokens.access_token);
      assert.equal(gone.status, 401);
      assert.deepEqual(await gone.json(), { status: 401, message: 'invalid access token' });
    });
  });

  it('sometimes returns a new refresh token, and the old one stops working', async () => {
    await withSimulator({}, async (simulator) => {
      const first = (await logIn(simulator)).refresh_token;
      const second = (await (await refresh(simulator, first)).json()) as Tokens;
      assert.notEqual(second.refresh_token, first);
      const stale = await refresh(simulator, first);
      assert.equal(stale.status, 400);
      assert.deepEqual(await stale.json(), { error: 'Bad Request', status: 400, message: 'Invalid refresh token' });
      const third = (await (await refresh(simulator, second.refresh_token)).json()) as Tokens;
      assert.equal(third.refresh_token, second.refresh_token);
      assert.equal((await validate(simulator, third.access_token)).status, 200);
    });
  });

  it('keeps the newest 50 access tokens of a grant', async () => {
    await withSimulator({}, async (simulator) => {
      const tokens = await logIn(simulator);
      let { refresh_token } = tokens;
      for (let n = 0; n < 50; n += 1)
        ({ refresh_token } = (await (await refresh(simulator, refresh_token)).json()) as Tokens);
      assert.equal((await validate(simulator, tokens.access_token)).status, 401);
    });
  });

  it('issues app tokens without a user; all tokens can be revoked', async () => {
    await withSimulator({}, async (simulator) => {
      const token = await appToken(simulator);
      assert.equal('login' in ((await (await validate(simulator, token)).json()) as object), false);
      const { refresh_token } = await logIn(simulator);
      await order(simulator, '/tokens/revoke');
      assert.equal((await validate(simulator, token)).status, 401);
      assert.equal((await refresh(simulator, refresh_token)).status, 200);
    });
  });

  it('refuses a wrong secret and a wrong code', async () => {
    await withSimulator({}, async ({ idUrl, clientId, clientSecret }) => {
      const form = { client_id: clientId, client_secret: clientSecret, grant_type: 'authorization_code', code: 'x' };
      assert.equal((await postForm(`${idUrl}/token`, form)).status, 400);
      assert.equal((await postForm(`${idUrl}/token`, { ...form, client_secret: 'x' })).status, 403);
    });
  });
});
