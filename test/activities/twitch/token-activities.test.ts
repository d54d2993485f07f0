import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import type { ApplicationFailure } from '@temporalio/common';
import { createOAuth } from '../../../activities/twitch/oauth.ts';
import type { Grant, OAuth } from '../../../activities/twitch/oauth.ts';
import { TwitchError } from '../../../activities/twitch/http.ts';
import { createTokenActivities } from '../../../activities/twitch/token-activities.ts';
import { readToken, tokenPath } from '../../../activities/twitch/token.ts';
import type { TwitchToken } from '../../../activities/twitch/token.ts';
import { startTwitchSimulator } from '../../../infra/twitch-simulator/index.ts';
import type { TwitchSimulator } from '../../../infra/twitch-simulator/index.ts';
import { memoryParameters } from '../../integration/memory-parameters.ts';
import { logIn } from '../../infra/twitch-simulator/with-simulator.ts';
import { userGrant } from './user-grant.ts';
import { validation } from './validation.ts';

const ACCOUNT = 'chatlake';
const path = tokenPath(ACCOUNT);

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

  it('requests and stores an app token if there is none, and returns only times', async () => {
    const parameters = memoryParameters();
    const returned = await createTokenActivities({ oauth, parameters }).refreshToken({
      account: ACCOUNT,
      reason: 'timer',
    });
    const token = stored(parameters);
    assert.deepEqual(Object.keys(returned).sort(), [
      'account',
      'expiresAt',
      'kind',
      'nextCheckSeconds',
      'obtainedAt',
      'trouble',
    ]);
    assert.equal(returned.kind, 'app');
    assert.ok(!JSON.stringify(returned).includes(token.accessToken));
    assert.ok(await oauth.validate(token.accessToken));
  });

  it('keeps an app token that is valid for long, except on request', async () => {
    const parameters = memoryParameters();
    const { refreshToken } = createTokenActivities({ oauth, parameters });
    await refreshToken({ account: ACCOUNT, reason: 'timer' });
    const first = stored(parameters).accessToken;
    await refreshToken({ account: ACCOUNT, reason: 'timer' });
    assert.equal(stored(parameters).accessToken, first);
    await refreshToken({ account: ACCOUNT, reason: 'asked' });
    assert.notEqual(stored(parameters).accessToken, first);
    assert.equal(await oauth.validate(first), undefined, 'the replaced token is given back');
  });

  it('refreshes a user token, and stores the new refresh token', async () => {
    const grant = await userGrant(simulator);
    const parameters = memoryParameters({ [path]: tokenOf(grant) });
    const returned = await createTokenActivities({ oauth, parameters }).refreshToken({
      account: ACCOUNT,
      reason: 'timer',
    });
    const token = stored(parameters);
    assert.equal(returned.kind, 'user');
    assert.notEqual(token.accessToken, grant.accessToken);
    assert.ok(token.refreshToken);
    assert.ok(token.login, 'the login comes from validate');
  });

  it('keeps the old refresh token if the answer has none', async () => {
    const parameters = memoryParameters({
      [path]: tokenOf({ accessToken: 'a', refreshToken: 'r', scopes: [], expiresInSeconds: 60 }),
    });
    const quiet: OAuth = {
      ...oauth,
      refresh: () => Promise.resolve({ accessToken: 'b', refreshToken: null, scopes: [], expiresInSeconds: 60 }),
      validate: () => Promise.resolve(validation({})),
    };
    await createTokenActivities({ oauth: quiet, parameters }).refreshToken({ account: ACCOUNT, reason: 'timer' });
    assert.equal(stored(parameters).refreshToken, 'r');
  });

  it('has stored the new refresh token if the lookup of the user fails', async () => {
    const parameters = memoryParameters({
      [path]: tokenOf({ accessToken: 'a', refreshToken: 'r1', scopes: [], expiresInSeconds: 60 }),
    });
    const mute: OAuth = {
      ...oauth,
      refresh: () => Promise.resolve({ accessToken: 'b', refreshToken: 'r2', scopes: [], expiresInSeconds: 60 }),
      validate: () => Promise.reject(new Error('no answer')),
    };
    await assert.rejects(
      createTokenActivities({ oauth: mute, parameters }).refreshToken({ account: ACCOUNT, reason: 'timer' }),
    );
    assert.equal(stored(parameters).refreshToken, 'r2');
  });

  it('fails, not retryable, if the grant was revoked, without a secret in the error, and keeps the stored token', async () => {
    const secrets = ['a-51c08', 'r-7f3a9', simulator.clientSecret] as const;
    const [accessToken, refreshToken] = secrets;
    const parameters = memoryParameters({
      [path]: tokenOf({ accessToken, refreshToken, scopes: [], expiresInSeconds: 60 }),
    });
    const before = stored(parameters);
    await assert.rejects(
      createTokenActivities({ oauth, parameters }).refreshToken({ account: ACCOUNT, reason: 'timer' }),
      (error: ApplicationFailure) => {
        assert.equal(error.nonRetryable, true);
        assert.match(error.message, /the token of chatlake \(400\).* run `chatlake login --account chatlake`/);
        const all = inspect(error, { depth: null, maxArrayLength: null, maxStringLength: null, showHidden: true });
        const returned = [error.message, JSON.stringify(error.details), error.stack, all].join('\n');
        for (const secret of secrets) assert.ok(!returned.includes(secret), returned);
        return true;
      },
    );
    assert.deepEqual(stored(parameters), before);
  });
});

describe('refreshToken(…) of a user token without a refresh token', () => {
  let simulator: TwitchSimulator;
  let revoked: string[];
  let oauth: OAuth;

  before(async () => {
    simulator = await startTwitchSimulator({ seed: 6, channels: 1 });
  });
  after(() => simulator.stop());
  beforeEach(() => {
    revoked = [];
    const real = createOAuth(simulator);
    oauth = { ...real, revoke: async (token) => (revoked.push(token), real.revoke(token)) };
  });

  /** A token as a person may store it by hand, with few fields. */
  const shapes: Record<string, (accessToken: string) => unknown> = {
    'without a refresh token': (accessToken) => ({ ...tokenOf(grantOf(accessToken)), refreshToken: null }),
    'with an empty refresh token': (accessToken) => ({ ...tokenOf(grantOf(accessToken)), refreshToken: '' }),
    'without an end': (accessToken) => ({ accessToken, refreshToken: null, scopes: ['chat:read'], login: null }),
    'that is alone': (accessToken) => ({ accessToken }),
    'stored as oauth:…': (accessToken) => ({ accessToken: `oauth:${accessToken}` }),
    'with spaces and a line end': (accessToken) => ({ accessToken: ` ${accessToken}\r\n`, scopes: 'chat:read' }),
    'with odd fields': (accessToken) => ({
      accessToken,
      refreshToken: 7,
      scopes: null,
      expiresAt: 'never',
      userId: [],
    }),
  };

  for (const [what, shape] of Object.entries(shapes)) {
    it(`keeps one ${what} for every reason, and revokes nothing`, async () => {
      const { accessToken } = await userGrant(simulator);
      const parameters = memoryParameters({ [path]: shape(accessToken) });
      for (const reason of ['timer', 'asked'] as const) {
        const returned = await createTokenActivities({ oauth, parameters }).refreshToken({ account: ACCOUNT, reason });
        assert.equal(returned.kind, 'user');
        const token = await readToken(parameters, ACCOUNT);
        assert.equal(token.accessToken, accessToken);
        assert.equal(token.login, 'lake_reader', 'whose it is comes from Twitch');
      }
      assert.deepEqual(revoked, []);
      assert.ok(await oauth.validate(accessToken));
    });

    it(`keeps one ${what} if it is no longer valid, and reports the remedy`, async () => {
      const parameters = memoryParameters({ [path]: shape('spent0123') });
      for (const reason of ['timer', 'asked'] as const) {
        await assert.rejects(
          createTokenActivities({ oauth, parameters }).refreshToken({ account: ACCOUNT, reason }),
          (error: ApplicationFailure) =>
            error.nonRetryable === true && /Run `chatlake login --account chatlake`, or/.test(error.message),
        );
      }
      assert.deepEqual(parameters.values.get(path), JSON.parse(JSON.stringify(shape('spent0123'))));
      assert.deepEqual(revoked, []);
    });
  }

  for (const [what, stored] of [
    ['alone', {}],
    [
      'with the times from the documentation',
      { expiresAt: '2026-11-25T16:00:00Z', obtainedAt: '2026-11-25T12:00:00Z' },
    ],
    ['over an app token whose other fields stayed', { kind: 'app', scopes: [], login: null }],
  ] as const) {
    for (const answer of [
      {},
      { status: 401, message: 'x' },
      { client_id: 'id' },
      { client_id: 'id', login: null },
      [],
    ]) {
      it(`keeps one stored ${what}, and revokes nothing, if validate answers ${JSON.stringify(answer)}`, async () => {
        const asked: string[] = [];
        await withOAuthServer(
          (path) => (
            asked.push(path),
            path.endsWith('/validate') ? answer : { access_token: 'app', expires_in: 9_999 }
          ),
          async (odd) => {
            const parameters = memoryParameters({ [path]: { accessToken: 'mine', ...stored } });
            for (const reason of ['timer', 'asked'] as const)
              await createTokenActivities({ oauth: odd, parameters })
                .refreshToken({ account: ACCOUNT, reason })
                .catch(() => {});
            assert.equal((await readToken(parameters, ACCOUNT)).accessToken, 'mine');
            assert.deepEqual([...new Set(asked)], ['/oauth2/validate']);
          },
        );
      });
    }
  }

  it('keeps one that replaced an app token, although kind still says app', async () => {
    const { accessToken } = await userGrant(simulator);
    const parameters = memoryParameters({ [path]: { accessToken, kind: 'app', scopes: [], refreshToken: null } });
    for (const reason of ['timer', 'asked'] as const) {
      const returned = await createTokenActivities({ oauth, parameters }).refreshToken({ account: ACCOUNT, reason });
      assert.equal(returned.kind, 'user');
      assert.equal((await readToken(parameters, ACCOUNT)).accessToken, accessToken);
    }
    assert.deepEqual(revoked, []);
  });

  it('replaces an app token of an earlier release, and revokes nothing, because it has no kind', async () => {
    const { accessToken } = await oauth.clientCredentials();
    const parameters = memoryParameters({
      [path]: { ...tokenOf(grantOf(accessToken)), refreshToken: null, scopes: [] },
    });
    const returned = await createTokenActivities({ oauth, parameters }).refreshToken({
      account: ACCOUNT,
      reason: 'asked',
    });
    assert.equal(returned.kind, 'app');
    assert.deepEqual(revoked, []);
  });
});

describe('refreshToken(…) while another token is stored', () => {
  const grant = { refreshToken: null, scopes: [], expiresInSeconds: 9_999 };
  const nobody = validation({ login: null, userId: null });
  const theirs = { accessToken: 'theirs', refreshToken: null, login: 'lake_reader' };

  for (const [what, before] of [
    ['a user’s', { accessToken: 'a', refreshToken: 'r1' }],
    ['an app’s', { accessToken: 'a', kind: 'app' }],
    ['none', undefined],
  ] as const) {
    it(`keeps the other token if there was ${what}, and continues with it`, async () => {
      const parameters = memoryParameters();
      if (before !== undefined) await parameters.put(path, before);
      const revoked: string[] = [];
      const late = async (): Promise<Grant> => {
        await parameters.put(path, theirs);
        return { ...grant, accessToken: 'b' };
      };
      const oauth: Omit<OAuth, 'authorizationCode'> = {
        refresh: late,
        clientCredentials: late,
        validate: async (token) => (token === 'theirs' ? nobody : { ...nobody, isApps: true }),
        revoke: async (token) => void revoked.push(token),
      };
      const returned = await createTokenActivities({ oauth, parameters }).refreshToken({
        account: ACCOUNT,
        reason: 'asked',
      });
      assert.equal((await readToken(parameters, ACCOUNT)).accessToken, 'theirs');
      assert.equal(returned.kind, 'user');
      assert.ok(!revoked.includes('theirs'));
    });
  }

  it('continues with the other token if the old grant was refused', async () => {
    const parameters = memoryParameters();
    await parameters.put(path, { accessToken: 'a', refreshToken: 'spent' });
    const oauth: Omit<OAuth, 'authorizationCode'> = {
      refresh: async () => {
        await parameters.put(path, theirs);
        throw new TwitchError('refused', 'refused', { path: 'token', status: 400 });
      },
      clientCredentials: () => Promise.reject(new Error('not asked for')),
      validate: async () => nobody,
      revoke: () => Promise.reject(new Error('not asked for')),
    };
    const returned = await createTokenActivities({ oauth, parameters }).refreshToken({
      account: ACCOUNT,
      reason: 'timer',
    });
    assert.equal(returned.kind, 'user');
    assert.equal((await readToken(parameters, ACCOUNT)).accessToken, 'theirs');
  });
});

describe('refreshToken(…) with several accounts', () => {
  let simulator: TwitchSimulator;
  before(async () => {
    simulator = await startTwitchSimulator({ seed: 5, channels: 1 });
  });
  after(() => simulator.stop());

  function rig(parameters = memoryParameters()) {
    const reports: Record<string, string | null> = {};
    const refreshed: string[] = [];
    const { refreshToken } = createTokenActivities({
      oauth: createOAuth(simulator),
      parameters,
      chatOnly: ['second'],
      readsChat: true,
      reportHealth: (account) => async (health) => void (reports[account] = health.trouble),
      onRefreshed: (account) => void refreshed.push(account),
    });
    return { refreshToken, reports, refreshed, parameters };
  }

  it('gets an app token for the account of Helix alone, and asks for the login of the other', async () => {
    const { refreshToken, reports, refreshed, parameters } = rig();
    await refreshToken({ account: 'first', reason: 'timer' });
    await assert.rejects(
      refreshToken({ account: 'second', reason: 'timer' }),
      (error: ApplicationFailure) => error.nonRetryable === true,
    );
    assert.deepEqual(reports, {
      first: null,
      second:
        'Expected a user to be logged in for the account second, found no token. Run `chatlake login --account second`.',
    });
    assert.deepEqual([refreshed, [...parameters.values.keys()]], [['first'], [tokenPath('first')]]);
  });

  it('says that a token has lost the scope of chat, with the command', async () => {
    const { access_token: accessToken, refresh_token: refreshToken1 } = await logIn(simulator, 'bits:read');
    const token = { accessToken, refreshToken: refreshToken1, scopes: ['chat:read'] };
    const { refreshToken, reports } = rig(memoryParameters({ [tokenPath('second')]: token }));
    await refreshToken({ account: 'second', reason: 'timer' });
    assert.equal(
      reports['second'],
      'The token of second has lost the scope chat:read, so chat cannot be read with it. Run `chatlake login --account second`.',
    );
  });
});

/** An OAuth server that sends the given answer with 200. */
async function withOAuthServer(
  answer: (path: string) => unknown,
  work: (oauth: OAuth) => Promise<void>,
): Promise<void> {
  const server = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer(request.url ?? '')));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const idUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/oauth2`;
    await work(createOAuth({ idUrl, clientId: 'id', clientSecret: 'secret' }));
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

describe('refreshToken(…) with unexpected answers', () => {
  const old = tokenOf({ accessToken: 'a', refreshToken: 'r1', scopes: ['chat:read'], expiresInSeconds: 60 });

  /** An OAuth server that sends this answer to every refresh. */
  async function refreshedBy(answer: unknown): Promise<TwitchToken> {
    const parameters = memoryParameters({ [path]: old });
    await withOAuthServer(
      (asked) => (asked.endsWith('/validate') ? { login: 'lake_reader', user_id: '9' } : answer),
      async (oauth) => {
        await createTokenActivities({ oauth, parameters })
          .refreshToken({ account: ACCOUNT, reason: 'timer' })
          .catch(() => {});
      },
    );
    return readToken(parameters, ACCOUNT);
  }

  const good = {
    access_token: 'b',
    refresh_token: 'r2',
    expires_in: 14_400,
    scope: ['chat:read'],
    token_type: 'bearer',
  };
  const oddValues = [undefined, null, '', 0, -5, 'soon', 1e300, [], {}, ['x', 7], 'chat:read chat:edit', true];

  for (const field of ['expires_in', 'scope', 'token_type', 'unknown']) {
    it(`stores the new tokens for any \`${field}\``, async () => {
      for (const value of oddValues) {
        const { accessToken, refreshToken, login } = await refreshedBy({ ...good, [field]: value });
        assert.deepEqual([accessToken, refreshToken, login], ['b', 'r2', 'lake_reader'], JSON.stringify(value));
      }
    });
  }

  it('keeps the old refresh token if the new one is invalid', async () => {
    for (const value of [undefined, null, '', 7, []]) {
      const { accessToken, refreshToken } = await refreshedBy({ ...good, refresh_token: value });
      assert.deepEqual([accessToken, refreshToken], ['b', 'r1']);
    }
  });

  it('stores a new refresh token without an access token', async () => {
    const { accessToken, refreshToken } = await refreshedBy({ ...good, access_token: undefined });
    assert.deepEqual([accessToken, refreshToken], ['a', 'r2']);
  });

  it('keeps the stored token if the answer is not a grant', async () => {
    for (const answer of [null, [], 'x', {}, { error: 'x' }]) {
      const { accessToken, refreshToken } = await refreshedBy(answer);
      assert.deepEqual([accessToken, refreshToken], ['a', 'r1']);
    }
  });

  for (const status of [204, 302, 404, 418, 429, 503]) {
    it(`does not blame the credentials for a ${status}, and is retryable`, async () => {
      const server = createServer((_request, response) => void response.writeHead(status, { location: '/' }).end());
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      try {
        const idUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/oauth2`;
        const oauth = createOAuth({ idUrl, clientId: 'id', clientSecret: 'secret' });
        for (const stored of [{ [path]: old }, {}])
          await assert.rejects(
            createTokenActivities({ oauth, parameters: memoryParameters(stored) }).refreshToken({
              account: ACCOUNT,
              reason: 'timer',
            }),
            (error: ApplicationFailure) => error.nonRetryable === false && /TWITCH_ID_URL/.test(error.message),
          );
      } finally {
        await new Promise((resolve) => server.close(resolve));
      }
    });
  }

  it('reads scopes from a list and from a text', async () => {
    assert.deepEqual((await refreshedBy({ ...good, scope: 'chat:read chat:edit' })).scopes, ['chat:read', 'chat:edit']);
    assert.deepEqual((await refreshedBy({ ...good, scope: ['chat:read'] })).scopes, ['chat:read']);
  });
});

describe('readToken(parameters, account, obtain)', () => {
  it('obtains a token if there is none', async () => {
    const parameters = memoryParameters();
    const obtain = (): Promise<void> => parameters.put(path, { accessToken: 'a' }).then(() => {});
    assert.equal((await readToken(parameters, ACCOUNT, obtain)).accessToken, 'a');
  });

  it('throws if there is still none', async () => {
    await assert.rejects(
      readToken(memoryParameters(), ACCOUNT, async () => {}),
      /found none/,
    );
    await assert.rejects(readToken(memoryParameters(), ACCOUNT), /found none/);
  });
});

const grantOf = (accessToken: string): Grant => ({
  accessToken,
  refreshToken: null,
  scopes: ['chat:read'],
  expiresInSeconds: 60,
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
    kind: null,
  };
}
