import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { createParameters } from '../../activities/parameters/client.ts';
import { tokenPath, twitchToken } from '../../activities/twitch/token.ts';
import type { TwitchToken } from '../../activities/twitch/token.ts';
import type { Keys } from '../../cli/keys.ts';
import { simulatorEnvironment } from '../../cli/simulator-environment.ts';
import { startTwitchSimulator } from '../../infra/twitch-simulator/index.ts';
import type { TwitchSimulator } from '../../infra/twitch-simulator/index.ts';
import { tokenRefreshId } from '../../workflows/ids.ts';
import { temporaryDirectory } from '../integration/red-tiles.ts';
import { SERVERS_TIMEOUT_MS } from '../integration/servers.ts';
import { waitFor } from '../integration/wait-for.ts';
import { chatlake } from './command.ts';
import type { RunningCommand } from './command.ts';
import { readHistories } from './histories.ts';
import { findProcesses, processesWith } from './processes.ts';
import { secretsIn } from './secrets-in.ts';
import { upEnvironment } from './up-environment.ts';

const ACCOUNT = 'chatlake';
const GONE_WITHIN_MS = 120_000;

/** A user logs in, the token is refreshed, the user logs out. Then every place outside the parameter store is searched for what was secret. */
describe('a run with a login, a refresh and a logout', function () {
  this.timeout(600_000);
  let scratch: { path: string; remove: () => Promise<void> };
  let simulator: TwitchSimulator;
  let env: Record<string, string>;
  let connection: Connection;
  let client: Client;
  const commands: RunningCommand[] = [];
  const secrets: Record<string, string> = {};
  /** The arguments of every process that was seen. */
  const seen = new Set<string>();
  let watching: NodeJS.Timeout;

  before(async function bringUp() {
    this.timeout(SERVERS_TIMEOUT_MS);
    scratch = await temporaryDirectory('login');
    simulator = await startTwitchSimulator({ seed: 4, channels: 3, steady: true });
    const installation = await upEnvironment('login', scratch.path);
    env = { ...installation, ...simulatorEnvironment(simulator), TWITCH_CHAT_ANONYMOUS: 'no' };
    watching = setInterval(() => findProcesses(scratch.path).forEach(({ command }) => seen.add(command)), 500);
    const up = start(['up']);
    const [, address = ''] = await up.said(/TEMPORAL_ADDRESS=(\S+)/);
    connection = await Connection.connect({ address });
    client = new Client({ connection, namespace: env['CHATLAKE_INSTALLATION'] ?? '' });
    await up.said(/Reports +http/);
  });

  after(async () => {
    clearInterval(watching);
    for (const command of commands) command.killGroup();
    await connection?.close();
    await simulator?.stop();
    await waitFor('all processes to be gone', () => processesWith(scratch.path).length === 0, GONE_WITHIN_MS);
    await scratch.remove();
  });

  function start(args: string[]): RunningCommand {
    const command = chatlake(args, env);
    commands.push(command);
    return command;
  }

  const readKeys = async (): Promise<Keys> =>
    JSON.parse(await readFile(join(scratch.path, 'data', 'keys.json'), 'utf8')) as Keys;

  async function storedToken(): Promise<TwitchToken | undefined> {
    const [, url = ''] = (await commands[0]?.said(/Parameters +(\S+)\/docs/)) ?? [];
    const parameters = createParameters({ url, key: (await readKeys()).parameterStoreKey });
    return (await parameters.get<TwitchToken>(tokenPath(ACCOUNT), twitchToken))?.value;
  }

  async function noteTokens(when: string): Promise<TwitchToken> {
    const token = (await storedToken()) ?? assert.fail(`no token ${when}`);
    secrets[`access token ${when}`] = token.accessToken;
    secrets[`refresh token ${when}`] = token.refreshToken ?? assert.fail(`no refresh token ${when}`);
    return token;
  }

  const isChatReadAs = async (nick: string): Promise<boolean> => {
    const truth = (await (await fetch(`${simulator.controlUrl}/truth`)).json()) as {
      perConnection: { nick: string; rooms: number }[];
    };
    return truth.perConnection.some((it) => it.nick === nick && it.rooms === 3);
  };

  it('reads chat as the user who logs in', async () => {
    const login = start(['login', '--port', '0']);
    const [, address = ''] = await login.said(/\n {2}(http\S+authorize\S+)\n/);
    const answer = await fetch(address, { redirect: 'manual' });
    const redirected = answer.headers.get('location') ?? '';
    secrets['code'] = new URL(redirected).searchParams.get('code') ?? assert.fail('no code');
    await fetch(redirected);
    assert.equal(await login.exited(), 0, login.stderr());
    const token = await noteTokens('after the login');
    await waitFor('chat to be read', () => isChatReadAs(token.login ?? ''), 120_000);
  });

  it('refreshes the token', async () => {
    const before = await noteTokens('before the refresh');
    // In its first minute a token is validated instead.
    await waitFor(
      'another token',
      async () => {
        await client.workflow.getHandle(tokenRefreshId(ACCOUNT)).executeUpdate('refreshNow');
        return (await storedToken())?.accessToken !== before.accessToken;
      },
      120_000,
    );
    await noteTokens('after the refresh');
  });

  it('logs the user out, and goes on without a user', async () => {
    const logout = start(['logout']);
    assert.equal(await logout.exited(), 0, logout.stderr());
    assert.equal(await storedToken(), undefined);
    // Helix goes on with a token of the application.
    await client.workflow.getHandle(tokenRefreshId(ACCOUNT)).executeUpdate('refreshNow');
    const { kind, accessToken } = (await storedToken()) ?? assert.fail('no token of the application');
    assert.equal(kind, 'app');
    secrets['token of the application'] = accessToken;
  });

  it('leaves no secret in histories, logs, output, arguments, and no file but those of the parameter store', async () => {
    const { parameterStoreKey, encryptionKey } = await readKeys();
    Object.assign(secrets, { clientSecret: simulator.clientSecret, parameterStoreKey, encryptionKey });
    assert.equal(Object.keys(secrets).length, 11, Object.keys(secrets).join(', '));
    const found: string[] = [];
    const look = (where: string, text: string): void => {
      for (const name of secretsIn(text, secrets)) found.push(`${name} in ${where}`);
    };

    const page = async (): Promise<boolean> => (await filesBelow(scratch.path)).includes('site/index.html');
    await waitFor('a page', page, 240_000);
    let histories = 0;
    for await (const { workflowId, json, payloads } of readHistories(client)) {
      histories += 1;
      look(`the history of ${workflowId}`, `${json}\n${payloads.join('\n')}`);
    }
    assert.ok(histories > 5, `${histories} histories`);
    commands.forEach((command, index) => look(`the output of command ${index}`, command.stdout() + command.stderr()));
    assert.ok(seen.size > 8, [...seen].join('\n'));
    look('the arguments of a process', [...seen].join('\n'));

    const files = await filesBelow(scratch.path);
    for (const part of ['data/logs/', 'data/servers/temporal', 'site/'])
      assert.ok(
        files.some((file) => file.startsWith(part)),
        `no file in ${part}: ${files.join(' ')}`,
      );
    for (const file of files)
      if (!/^data\/(keys\.json$|parameters\/)/.test(file)) look(file, await readIfThere(join(scratch.path, file)));
    assert.deepEqual(found, []);
  });

  it('finds a secret where one is', async () => {
    const { parameterStoreKey } = await readKeys();
    const text = await readFile(join(scratch.path, 'data', 'keys.json'), 'latin1');
    assert.deepEqual(secretsIn(text, { parameterStoreKey }), ['parameterStoreKey']);
  });
});

async function filesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)));
}

/** Empty if the file does not exist any more. */
async function readIfThere(file: string): Promise<string> {
  return readFile(file, 'latin1').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
}
