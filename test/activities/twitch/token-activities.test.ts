import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { ApplicationFailure } from '@temporalio/common';
import { type Grant, type OAuth, createOAuth } from '../../../activities/twitch/oauth.ts';
import { createTokenActivities } from '../../../activities/twitch/token-activities.ts';
import { type TwitchToken, tokenPath } from '../../../activities/twitch/token.ts';
import { type TwitchSimulator, startTwitchSimulator } from '../../../infra/twitch-simulator/index.ts';
import { memoryParameters } from '../../integration/memory-parameters.ts';
import { userGrant } from './user-grant.ts';

const account = 'chatlake';
const path = tokenPath(account);

describe('createTokenActivities({ oauth, parameters }).refreshToken(…)', () => {
  let simulator: TwitchSimulator;
  let oauth: OAuth;

  before(async () => {
    simulator = await startTwitchSimulator({ seed: 5, channels: 1 });
    oauth = createOAuth(simulator);
  });
  after(() => simulator.stop());

  const stored = (parameters: ReturnType<typeof memoryParameters>): TwitchToken =>
    parameters.values.get(path) as TwitchToken;

  it('gets an app token where there is none, stores it, and tells only when', async () => {
    const parameters = memoryParameters();
    const told = await createTokenActivities({ oauth, parameters }).refreshToken({ account, reason: 'timer' });
    const token = stored(parameters);
    assert.deepEqual(Object.keys(told).sort(), ['account', 'expiresAt', 'kind', 'obtainedAt']);
    assert.equal(told.kind, 'app');
    assert.ok(!JSON.stringify(told).includes(token.accessToken));
    assert.ok(await oauth.validate(token.accessToken));
  });

  it('keeps an app token that is valid for long, unless it is asked', async () => {
    const parameters = memoryParameters();
    const { refreshToken } = createTokenActivities({ oauth, parameters });
    await refreshToken({ account, reason: 'timer' });
    const first = stored(parameters).accessToken;
    await refreshToken({ account, reason: 'timer' });
    assert.equal(stored(parameters).accessToken, first);
    await refreshToken({ account, reason: 'asked' });
    assert.notEqual(stored(parameters).accessToken, first);
    assert.equal(await oauth.validate(first), undefined, 'the replaced token is given back');
  });

  it('exchanges a user token and stores the refresh token that came with the answer', async () => {
    const grant = await userGrant(simulator);
    const parameters = memoryParameters({ [path]: tokenOf(grant) });
    const told = await createTokenActivities({ oauth, parameters }).refreshToken({ account, reason: 'timer' });
    const token = stored(parameters);
    assert.equal(told.kind, 'user');
    assert.notEqual(token.accessToken, grant.accessToken);
    assert.ok(token.refreshToken);
    assert.ok(token.login, 'the login comes from validate');
  });

  it('keeps the old refresh token where the answer has none', async () => {
    const parameters = memoryParameters({
      [path]: tokenOf({ accessToken: 'a', refreshToken: 'r', scopes: [], expiresInSeconds: 60 }),
    });
    const quiet: OAuth = {
      ...oauth,
      refresh: () => Promise.resolve({ accessToken: 'b', refreshToken: null, scopes: [], expiresInSeconds: 60 }),
      validate: () => Promise.resolve(undefined),
    };
    await createTokenActivities({ oauth: quiet, parameters }).refreshToken({ account, reason: 'timer' });
    assert.equal(stored(parameters).refreshToken, 'r');
  });

  it('has stored the new refresh token when the question whose it is fails', async () => {
    const parameters = memoryParameters({
      [path]: tokenOf({ accessToken: 'a', refreshToken: 'r1', scopes: [], expiresInSeconds: 60 }),
    });
    const mute: OAuth = {
      ...oauth,
      refresh: () => Promise.resolve({ accessToken: 'b', refreshToken: 'r2', scopes: [], expiresInSeconds: 60 }),
      validate: () => Promise.reject(new Error('no answer')),
    };
    await assert.rejects(createTokenActivities({ oauth: mute, parameters }).refreshToken({ account, reason: 'timer' }));
    assert.equal(stored(parameters).refreshToken, 'r2');
  });

  it('fails for good when the grant was revoked, tells no secret, and leaves what is stored', async () => {
    const secrets = ['a-51c08', 'r-7f3a9', simulator.clientSecret] as const;
    const [accessToken, refreshToken] = secrets;
    const parameters = memoryParameters({
      [path]: tokenOf({ accessToken, refreshToken, scopes: [], expiresInSeconds: 60 }),
    });
    const before = stored(parameters);
    await assert.rejects(
      createTokenActivities({ oauth, parameters }).refreshToken({ account, reason: 'timer' }),
      (error: ApplicationFailure) => {
        assert.equal(error.nonRetryable, true);
        assert.match(error.message, /log in again/);
        const all = inspect(error, { depth: null, maxArrayLength: null, maxStringLength: null, showHidden: true });
        const told = [error.message, JSON.stringify(error.details), error.stack, all].join('\n');
        for (const secret of secrets) assert.ok(!told.includes(secret), told);
        return true;
      },
    );
    assert.deepEqual(stored(parameters), before);
  });
});

function tokenOf(grant: Grant): TwitchToken {
  const { accessToken, refreshToken, scopes } = grant;
  return {
    accessToken,
    refreshToken,
    scopes,
    expiresAt: '2026-11-25T12:00:00.000Z',
    obtainedAt: '2026-11-25T08:00:00.000Z',
    login: null,
    userId: null,
  };
}
