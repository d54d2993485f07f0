import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ApplicationFailure } from '@temporalio/common';
import { createOAuth } from '../../../activities/twitch/oauth.ts';
import type { OAuth } from '../../../activities/twitch/oauth.ts';
import { TwitchError } from '../../../activities/twitch/http.ts';
import { createTokenActivities } from '../../../activities/twitch/token-activities.ts';
import type { TokenRefreshed } from '../../../activities/twitch/token-activities.ts';
import { isDue, secondsToNextCheck } from '../../../activities/twitch/token-checks.ts';
import { tokenPath, twitchToken } from '../../../activities/twitch/token.ts';
import type { TwitchToken } from '../../../activities/twitch/token.ts';
import { memoryParameters } from '../../integration/memory-parameters.ts';
import { validation } from './validation.ts';

const NOW = Date.parse('2026-11-25T12:00:00Z');
const ago = (minutes: number): string => new Date(NOW - minutes * 60_000).toISOString();
const token = (changes: Partial<TwitchToken> = {}): TwitchToken => ({
  ...{ accessToken: 'a', refreshToken: 'r', scopes: ['chat:read'], login: 'lark', userId: '4', kind: 'user' },
  ...{ obtainedAt: ago(20), expiresAt: ago(-220) },
  ...changes,
});

describe('isDue(token, refreshMinutes, nowMs)', () => {
  it('is true when the token is as old as the interval, expires within an hour, or has no times', () => {
    const due = (changes: Partial<TwitchToken>, minutes = 30): boolean => isDue(token(changes), minutes, NOW);
    assert.deepEqual([due({}), due({ obtainedAt: ago(30) }), due({ obtainedAt: ago(30) }, 120)], [false, true, false]);
    assert.deepEqual([due({ expiresAt: ago(-59) }, 120), due({ expiresAt: null }, 120)], [true, false]);
    assert.deepEqual([due({ obtainedAt: null }), due({ obtainedAt: ago(-5) })], [true, true]);
  });
});

describe('secondsToNextCheck(token, refreshMinutes, nowMs)', () => {
  it('is half an hour at most, so that Twitch is asked each hour, and less if the token is due or short-lived', () => {
    const next = (changes: Partial<TwitchToken>, minutes: number): number =>
      secondsToNextCheck(token(changes), minutes, NOW);
    assert.deepEqual([next({}, 180), next({}, 30), next({}, 21), next({}, 5)], [1_800, 600, 60, 60]);
    assert.deepEqual([next({ obtainedAt: ago(0) }, 30), next({ obtainedAt: null }, 15)], [1_800, 900]);
    assert.deepEqual([next({ expiresAt: ago(-10) }, 180), next({ expiresAt: ago(5) }, 180)], [300, 60]);
    assert.equal(next({ expiresAt: null }, 180), 1_800);
  });
});

describe('refreshToken(…) between two refreshes', () => {
  const path = tokenPath('one');

  function rig(stored: Partial<TwitchToken>, oauth: Partial<OAuth>, deps = {}) {
    const parameters = memoryParameters({ [path]: token(stored) });
    const calls: string[] = [];
    const told: Record<string, unknown> = {};
    const { refreshToken } = createTokenActivities({
      oauth: {
        clientCredentials: () => Promise.reject(new Error('not asked for')),
        revoke: () => Promise.reject(new Error('not asked for')),
        refresh: async () => {
          calls.push('refresh');
          return { accessToken: 'b', refreshToken: 'r2', scopes: ['chat:read'], expiresInSeconds: 14_400 };
        },
        ...oauth,
        validate: (accessToken) => {
          calls.push('validate');
          return oauth.validate?.(accessToken) ?? Promise.resolve(validation({}));
        },
      },
      parameters,
      readsChat: true,
      clientId: 'id',
      reportHealth: () => async (health) => void (told['trouble'] = health.trouble),
      onUsable: (_account, isUsable) => void (told['isUsable'] = isUsable),
      now: () => NOW,
      ...deps,
    });
    const run = (reason: 'timer' | 'asked' = 'timer'): Promise<TokenRefreshed> =>
      refreshToken({ account: 'one', reason });
    const read = (): TwitchToken => twitchToken.parse(parameters.values.get(path));
    return { run, calls, told, read };
  }

  it('only validates with a long interval, and refreshes when the time has come', async () => {
    const early = rig({ obtainedAt: ago(90) }, {}, { refreshMinutes: 120 });
    assert.equal((await early.run()).nextCheckSeconds, 1_800);
    assert.deepEqual([early.calls, early.read().accessToken], [['validate'], 'a']);
    const late = rig({ obtainedAt: ago(120) }, {}, { refreshMinutes: 120 });
    await late.run();
    assert.deepEqual([late.calls, late.read().accessToken], [['refresh', 'validate'], 'b']);
  });

  it('refreshes on request, once for any number of complaints about the same token', async () => {
    const { run, calls, read } = rig({}, {});
    await run('asked');
    await run('asked');
    assert.deepEqual([calls, read().accessToken], [['refresh', 'validate', 'validate'], 'b']);
  });

  it('refreshes a token that Twitch does not accept any more', async () => {
    const answers = [undefined, validation({})];
    const { run, read, told } = rig({}, { validate: async () => answers.shift() });
    assert.equal((await run()).trouble, null);
    assert.deepEqual([read().accessToken, told['isUsable']], ['b', true]);
  });

  it('reports a grant that was revoked while it runs, with the command', async () => {
    const refused = (): Promise<never> =>
      Promise.reject(new TwitchError('x', 'refused', { path: 'token', status: 400 }));
    const { run, told, read } = rig({}, { validate: () => Promise.resolve(undefined), refresh: refused });
    await assert.rejects(run(), (error: ApplicationFailure) => error.nonRetryable === true);
    assert.match(
      String(told['trouble']),
      /refused to refresh the token of one \(400\).*`chatlake login --account one`/,
    );
    assert.deepEqual([told['isUsable'], read().refreshToken], [false, 'r']);
  });

  it('reports a token that Twitch refuses right after it was given, and asks for no other at once', async () => {
    const { run, told, calls, read } = rig({ obtainedAt: ago(40) }, { validate: () => Promise.resolve(undefined) });
    await assert.rejects(run(), (error: ApplicationFailure) => error.nonRetryable === true);
    assert.match(String(told['trouble']), /does not accept the token that it has just given to one.*--account one/);
    assert.deepEqual([told['isUsable'], calls, read().refreshToken], [false, ['refresh', 'validate'], 'r2']);
  });

  it('reports a lost scope as /validate tells it, whatever is stored', async () => {
    for (const scopes of [[], ['bits:read']]) {
      const { run, told } = rig({}, { validate: () => Promise.resolve(validation({ scopes })) });
      const { trouble } = await run();
      assert.match(trouble ?? '', /has lost the scope chat:read.*Run `chatlake login --account one`\.$/);
      assert.deepEqual([told['trouble'], told['isUsable']], [trouble, false]);
    }
  });

  it('reports a lost scope as the refresh tells it, if /validate names none', async () => {
    const refresh: OAuth['refresh'] = async () => ({ accessToken: 'b', refreshToken: 'r2', scopes: ['bits:read'], expiresInSeconds: 14_400 }); // prettier-ignore
    const validate = () => Promise.resolve(validation({ scopes: null }));
    const { run } = rig({ obtainedAt: ago(40) }, { validate, refresh });
    assert.match((await run()).trouble ?? '', /has lost the scope chat:read/);
  });

  it('does not guess a lost scope where nobody names scopes', async () => {
    const { run, told } = rig({ scopes: [] }, { validate: () => Promise.resolve(validation({ scopes: null })) });
    assert.deepEqual([(await run()).trouble, told['isUsable']], [null, true]);
  });

  it('reports the token of another application, unless only chat is read with it', async () => {
    const validate = () => Promise.resolve(validation({ clientId: 'theirs' }));
    const { trouble } = await rig({}, { validate }).run();
    assert.match(
      trouble ?? '',
      /is one of the application theirs, not of TWITCH_CLIENT_ID.*`chatlake login --account one`/,
    );
    assert.equal((await rig({}, { validate }, { chatOnly: ['one'] }).run()).trouble, null);
  });

  it('stores another user, or another login of the same user', async () => {
    const { run, read } = rig({}, { validate: () => Promise.resolve(validation({ login: 'Wren', userId: '7' })) });
    await run();
    assert.deepEqual([read().login, read().userId, read().accessToken], ['wren', '7', 'a']);
  });

  for (const [what, status, type, body] of [
    ['500', 500, 'application/json', '{}'],
    ['HTML', 200, 'text/html', '<html>maintenance</html>'],
    ['HTML with 502', 502, 'text/html', '<html>'],
  ] as const)
    it(`keeps the token and tries again if /validate answers ${what}`, async () => {
      const server = createServer((_request, response) =>
        response.writeHead(status, { 'content-type': type }).end(body),
      );
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      try {
        const idUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/oauth2`;
        const { validate } = createOAuth({ idUrl, clientId: 'id', clientSecret: 'secret' });
        const { run, calls, told, read } = rig({}, { validate });
        await assert.rejects(run(), (error: ApplicationFailure) => error.nonRetryable !== true);
        assert.deepEqual([calls, read().accessToken], [['validate'], 'a']);
        assert.ok(!('isUsable' in told), 'nothing is known about the token');
        assert.match(String(told['trouble']), /^Expected (OAuth to answer|JSON from) validate/);
      } finally {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    });

  it('keeps a token for any `expires_in` of /validate', async () => {
    for (const expiresInSeconds of [0, null, 9_999_999_999]) {
      const { run } = rig({}, { validate: () => Promise.resolve(validation({ expiresInSeconds })) });
      const { trouble, nextCheckSeconds, expiresAt } = await run();
      assert.deepEqual([trouble, nextCheckSeconds, expiresAt], [null, 600, ago(-220)]);
    }
  });

  it('does not take a new token for expired if its end is 0, missing or far away', async () => {
    for (const expiresInSeconds of [null, 9_999_999_999]) {
      const refresh: OAuth['refresh'] = async () => ({ accessToken: 'b', refreshToken: 'r2', scopes: [], expiresInSeconds }); // prettier-ignore
      const { run } = rig({ obtainedAt: null }, { refresh });
      assert.equal((await run()).nextCheckSeconds, 1_800);
    }
  });
});
