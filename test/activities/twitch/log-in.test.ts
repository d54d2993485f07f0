import assert from 'node:assert/strict';
import { storeUserToken } from '../../../activities/twitch/log-in.ts';
import { TwitchError } from '../../../activities/twitch/http.ts';
import type { Grant, OAuth } from '../../../activities/twitch/oauth.ts';
import { tokenPath } from '../../../activities/twitch/token.ts';
import { memoryParameters } from '../../integration/memory-parameters.ts';
import { validation } from './validation.ts';

const GRANT: Grant = { accessToken: 'new', refreshToken: 'refresh', scopes: ['chat:read'], expiresInSeconds: 14_400 };
const VALID = validation({ login: 'Lark', userId: '4' });

describe('storeUserToken({ oauth, parameters, now }, account, grant)', () => {
  let parameters: ReturnType<typeof memoryParameters>;

  beforeEach(() => {
    parameters = memoryParameters();
  });

  const store = (validate: OAuth['validate'], grant: Partial<Grant> = {}) =>
    storeUserToken({ oauth: { validate } as OAuth, parameters, now: () => 0 }, 'a', { ...GRANT, ...grant });
  const stored = () => parameters.values.get(tokenPath('a')) as Record<string, unknown> | undefined;

  it('stores the token with its user', async () => {
    await store(() => Promise.resolve(VALID));
    assert.deepEqual([stored()?.['accessToken'], stored()?.['login'], stored()?.['userId']], ['new', 'lark', '4']);
    assert.equal(stored()?.['expiresAt'], '1970-01-01T04:00:00.000Z');
  });

  it('keeps the token if Twitch does not say whose it is', async () => {
    const token = await store(() => Promise.reject(new TwitchError('away', 'unavailable', { path: 'validate' })));
    assert.deepEqual([token.login, stored()?.['refreshToken']], [null, 'refresh']);
    await store(() => Promise.resolve(undefined));
    assert.equal(stored()?.['accessToken'], 'new');
  });

  it('does not replace a token that was refreshed meanwhile: its refresh token may be the only valid one', async () => {
    await store(async () => {
      await parameters.put(tokenPath('a'), { accessToken: 'refreshed', refreshToken: 'rotated' });
      return VALID;
    });
    assert.deepEqual(stored(), { accessToken: 'refreshed', refreshToken: 'rotated' });
  });

  it('stores nothing without the scope, or without a token', async () => {
    for (const grant of [{ scopes: [] }, { scopes: ['chat:edit'] }, { accessToken: '' }])
      await assert.rejects(
        store(() => Promise.resolve(VALID), grant),
        /Expected a token with the scope chat:read, got one without .*Log in again/,
      );
    assert.equal(stored(), undefined);
  });
});
