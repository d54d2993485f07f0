import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { freePort } from '../../common/free-port.ts';
import { simulatorEnvironment } from '../../cli/simulator-environment.ts';
import { createParameters } from '../../activities/parameters/client.ts';
import { tokenPath, twitchToken } from '../../activities/twitch/token.ts';
import type { TwitchToken } from '../../activities/twitch/token.ts';
import type { ParameterStore } from '../../infra/parameter-store/server.ts';
import { startTwitchSimulator } from '../../infra/twitch-simulator/index.ts';
import type { TwitchSimulator } from '../../infra/twitch-simulator/index.ts';
import { BLANK } from '../demo/blank-environment.ts';
import { chatlake } from '../demo/command.ts';
import { waitFor } from '../integration/wait-for.ts';
import { freshStore, key } from '../infra/parameter-store/fresh-store.ts';
import { temporaryDirectories } from '../infra/local/temporary-directory.ts';

const ADDRESS = /\n {2}(http\S+authorize\S+)\n/;

describe('chatlake login, chatlake logout', function () {
  this.timeout(60_000);
  const directory = temporaryDirectories();
  let simulator: TwitchSimulator;
  let store: ParameterStore;
  let env: Record<string, string>;

  before(async () => {
    simulator = await startTwitchSimulator({ seed: 3 });
  });
  after(() => simulator.stop());

  beforeEach(async () => {
    store = await freshStore(directory());
    const twitch = simulatorEnvironment(simulator);
    env = { ...twitch, PARAMETER_STORE_URL: store.url, PARAMETER_STORE_KEY: key, TWITCH_ACCOUNTS: 'reader' };
  });
  afterEach(() => store.stop());

  const stored = async (): Promise<TwitchToken | undefined> =>
    (await createParameters({ url: store.url, key }).get<TwitchToken>(tokenPath('reader'), twitchToken))?.value;

  /** Runs a login up to the printed address. */
  async function begin(...args: string[]) {
    const command = chatlake(['login', '--port', '0', ...args], env);
    const [, address = ''] = await command.said(ADDRESS);
    return { command, address };
  }

  async function ended(args: string[], more: Record<string, string> = {}) {
    const command = chatlake(args, { ...env, ...more });
    return { code: await command.exited(), stdout: command.stdout(), stderr: command.stderr() };
  }

  it('stores the token of the user who allows it, and prints no secret', async () => {
    const { command, address } = await begin('--json');
    const asked = new URL(address).searchParams;
    assert.deepEqual([asked.get('scope'), asked.get('force_verify')], ['chat:read', 'true']);
    const page = await fetch(address);
    assert.match(await page.text(), /^You can close this page\./);
    assert.equal(await command.exited(), 0, command.stderr());
    const token = await stored();
    assert.deepEqual([token?.login, token?.kind, token?.scopes], ['lake_reader', 'user', ['chat:read']]);
    const shown = JSON.parse(command.stdout()) as Record<string, unknown>;
    assert.deepEqual(shown, {
      account: 'reader',
      kind: 'user',
      login: 'lake_reader',
      scopes: ['chat:read'],
      expiresAt: token?.expiresAt,
    });
    for (const secret of [token?.accessToken, token?.refreshToken, simulator.clientSecret, key])
      assert.ok(secret && !`${command.stdout()}${command.stderr()}`.includes(secret));
  });

  it('does not take the answer to another login, nor one for another host', async () => {
    const { command, address } = await begin();
    const redirect = new URL(new URL(address).searchParams.get('redirect_uri') ?? '');
    for (const query of ['?code=stolen&state=guessed', '?code=stolen', '', '?error=access_denied&state=x'])
      assert.equal((await fetch(`${redirect.origin}/${query}`)).status, 404, query);
    assert.equal((await fetch(`${redirect.origin}/callback?code=a&state=${new URL(address).searchParams.get('state')}`)).status, 404); // prettier-ignore
    assert.equal(await stored(), undefined);
    await fetch(address);
    assert.equal(await command.exited(), 0, command.stderr());
  });

  it('says in one sentence that the user did not allow it, and stores nothing', async () => {
    const { command, address } = await begin();
    const asked = new URL(address).searchParams;
    await fetch(`${asked.get('redirect_uri')}?error=access_denied&state=${asked.get('state')}`);
    assert.equal(await command.exited(), 69);
    assert.match(command.stderr(), /The login failed: the user did not allow it\. Run `chatlake login` again\.\n$/);
    assert.equal(await stored(), undefined);
  });

  it('says in one sentence that a code is not accepted', async () => {
    const { command, address } = await begin();
    const asked = new URL(address).searchParams;
    await fetch(`${asked.get('redirect_uri')}?code=forged&state=${asked.get('state')}`);
    assert.equal(await command.exited(), 69);
    assert.match(command.stderr(), /OAuth refused a token \(400\)\. Log in again: a code works once/);
  });

  it('ends on Ctrl-C, and stores nothing', async () => {
    const { command } = await begin();
    command.interrupt();
    assert.equal(await command.exited(), 130);
    assert.equal(await stored(), undefined);
  });

  it('says in one sentence that no address was pasted', async () => {
    const { code, stderr } = await ended(['login', '--paste']);
    assert.equal(code, 78);
    assert.match(
      stderr,
      /Expected the whole address that the browser shows, got something else\. Run `chatlake login --paste` again\.\n$/,
    );
  });

  it('takes the address that was pasted', async () => {
    const port = await freePort();
    const command = spawn(process.execPath, ['cli/chatlake.ts', 'login', '--paste', '--port', String(port), '--json'], {
      env: { ...process.env, ...BLANK, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let stderr = '';
    command.stderr.on('data', (data: Buffer) => (stderr += String(data)));
    const output = text(command.stdout);
    const [, address = ''] = await waitFor('the address', () => ADDRESS.exec(stderr) ?? undefined);
    const answer = await fetch(address, { redirect: 'manual' });
    command.stdin.write(`${answer.headers.get('location')}\n`);
    assert.equal((JSON.parse(await output) as { login: string }).login, 'lake_reader', stderr);
  });

  it('gets a token of the application, and never in the place of a user’s', async () => {
    assert.deepEqual(JSON.parse((await ended(['login', '--app', '--json'])).stdout), {
      account: 'reader',
      kind: 'app',
      login: null,
      scopes: [],
      expiresAt: (await stored())?.expiresAt,
    });
    assert.equal((await ended(['login', '--app'])).code, 0, 'a second time');
    const { command, address } = await begin();
    await fetch(address);
    await command.exited();
    const { code, stderr } = await ended(['login', '--app']);
    assert.equal(code, 69);
    assert.match(
      stderr,
      /^Expected no user token at secrets\/twitch\/reader, found one\. Run `chatlake logout --account reader` first/,
    );
    assert.equal((await stored())?.kind, 'user');
  });

  it('revokes and deletes the token, and does no harm without one', async () => {
    const { command, address } = await begin();
    await fetch(address);
    await command.exited();
    const token = await stored();
    assert.match((await ended(['logout'])).stdout, /^The token of reader was revoked and deleted\.\n$/);
    assert.equal(await stored(), undefined);
    const validation = await fetch(`${simulator.idUrl}/validate`, {
      headers: { authorization: `OAuth ${token?.accessToken}` },
    });
    assert.equal(validation.status, 401);
    assert.deepEqual(JSON.parse((await ended(['logout', '--json'])).stdout), { account: 'reader', wasThere: false });
  });

  describe('with several accounts', () => {
    const two = { TWITCH_ACCOUNTS: 'reader,second' };

    it('logs in the account that is named, and says which have no user or the same one', async () => {
      const command = chatlake(['login', '--port', '0', '--account', 'second'], { ...env, ...two });
      const [, address = ''] = await command.said(ADDRESS);
      await fetch(address);
      assert.equal(await command.exited(), 0, command.stderr());
      assert.match(command.stdout(), /^Logged in as lake_reader for the account second/);
      assert.match(command.stderr(), /\nNo user is logged in for the account reader\. Run `chatlake login --account reader`\.\n$/); // prettier-ignore
      const again = chatlake(['login', '--port', '0', '--account', 'reader'], { ...env, ...two });
      const [, other = ''] = await again.said(ADDRESS);
      await fetch(other);
      assert.equal(await again.exited(), 0, again.stderr());
      assert.match(again.stderr(), /\nThe accounts reader and second are the same user, lake_reader, so second gets no rooms\./); // prettier-ignore
    });

    it('asks for the name, and for one of TWITCH_ACCOUNTS', async () => {
      for (const name of ['login', 'logout']) {
        const { code, stderr } = await ended([name], two);
        assert.deepEqual([code, stderr], [78, 'Expected --account to name one of the accounts in TWITCH_ACCOUNTS (reader, second), got none.\n']); // prettier-ignore
      }
      const { code, stderr } = await ended(['login', '--account', 'third'], two);
      assert.equal(code, 78);
      assert.match(
        stderr,
        /got `third`\. To add it, set TWITCH_ACCOUNTS=reader,second,third and start the pipeline again\./,
      );
    });

    it('logs out an account that is not named any more, and no path', async () => {
      assert.match((await ended(['logout', '--account', 'old'])).stdout, /^The account old had no token\.\n$/);
      assert.equal((await ended(['logout', '--account', '../x'])).code, 78);
    });
  });

  it('names what is missing or does not answer', async () => {
    const noSecret = await ended(['login'], { TWITCH_CLIENT_SECRET: '' });
    assert.deepEqual([noSecret.code, /^Set TWITCH_CLIENT_ID and TWITCH_CLIENT_SECRET/.test(noSecret.stderr)], [78, true]); // prettier-ignore
    const noStore = await ended(['login', '--app'], { PARAMETER_STORE_URL: 'http://127.0.0.1:1' });
    assert.equal(noStore.code, 69);
    assert.match(noStore.stderr, /PARAMETER_STORE_URL/);
    const noTwitch = await ended(['login', '--app'], { TWITCH_ID_URL: 'http://127.0.0.1:1/oauth2' });
    assert.equal(noTwitch.code, 69);
    assert.match(noTwitch.stderr, /TWITCH_ID_URL/);
    assert.equal((await ended(['login', '--port', 'x'])).code, 78);
  });
});
