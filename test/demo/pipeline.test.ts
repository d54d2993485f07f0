import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import got from 'got';
import type { Keys } from '../../cli/keys.ts';
import { simulatorEnvironment } from '../../cli/simulator-environment.ts';
import { startTwitchSimulator } from '../../infra/twitch-simulator/index.ts';
import type { TwitchSimulator } from '../../infra/twitch-simulator/index.ts';
import { chatId, tokenRefreshId } from '../../workflows/ids.ts';
import { temporaryDirectory } from '../integration/red-tiles.ts';
import { hdfs, kafka, SERVERS_TIMEOUT_MS } from '../integration/servers.ts';
import { waitFor } from '../integration/wait-for.ts';
import { chatlake } from './command.ts';
import type { RunningCommand } from './command.ts';
import { readHistories } from './histories.ts';
import { findProcesses, processesWith } from './processes.ts';
import { readPublished, textBelow } from './published.ts';
import { secretsIn } from './secrets-in.ts';

/** Workers have 70 s to send or store what they have in memory. */
const GONE_WITHIN_MS = 120_000;
const SEED = 11;
const CHANNELS = 8;

/**
 * The product as a user runs it: `up` with another Twitch, kill -9, and a restart as `demo --once`.
 * Kafka and HDFS are shared by the tests; the command starts everything else.
 */
describe('chatlake', function () {
  this.timeout(600_000);

  let scratch: { path: string; remove: () => Promise<void> };
  let simulator: TwitchSimulator;
  let env: Record<string, string>;
  let up: RunningCommand;
  let client: Client;
  let connection: Connection;
  const started: RunningCommand[] = [];
  const accessTokens: string[] = [];

  before(async function bringUp() {
    this.timeout(SERVERS_TIMEOUT_MS);
    scratch = await temporaryDirectory('demo');
    simulator = await startTwitchSimulator({ seed: SEED, channels: CHANNELS });
    const [{ brokers }, { url, user }] = await Promise.all([kafka(), hdfs()]);
    env = {
      KAFKA_BROKERS: brokers.join(','),
      WEBHDFS_URL: url,
      HDFS_USER: user,
      HDFS_ROOT: `/demo-${process.pid}`,
      DATA_DIR: join(scratch.path, 'data'),
      REPORT_DIR: join(scratch.path, 'site'),
      SITE_PORT: '0',
      LOAD_ROTATE_SECONDS: '5',
    };
    up = start(['up'], { ...env, ...simulatorEnvironment(simulator) });
    const [, address = ''] = await up.said(/TEMPORAL_ADDRESS=(\S+)/);
    connection = await Connection.connect({ address });
    client = new Client({ connection });
  });

  after(async () => {
    for (const command of started) command.killGroup();
    await connection?.close();
    await simulator?.stop();
    await waitFor('all processes to be gone', () => processesWith(scratch.path).length === 0, GONE_WITHIN_MS);
    await scratch.remove();
  });

  function start(args: string[], env: Record<string, string>): RunningCommand {
    const command = chatlake(args, env);
    started.push(command);
    return command;
  }

  const published = () => readPublished(env['REPORT_DIR'] ?? '');

  it('prints how chat is read, and where everything is', async () => {
    await up.said(/Reports +http:\/\/127\.0\.0\.1:\d+/);
    assert.match(up.stderr(), /without an account \(TWITCH_CHAT_ANONYMOUS=yes\)/);
    assert.match(up.stderr(), /Temporal +http/);
  });

  it('publishes a report whose sums agree', async () => {
    const { days, sums } = await waitFor(
      'a report with reported windows',
      async () => {
        const found = await published();
        return found.sums.received > 0 && found.sums.windowsOff + found.sums.windowsPending === 0 && found;
      },
      240_000,
    );
    assert.equal(sums.received, sums.acknowledged);
    assert.equal(sums.received, sums.red - sums.redUntold - sums.redNew);
    const [, url = ''] = await up.said(/Reports +(\S+)/);
    const page = await got(`${url}/${days.at(-1)}/`);
    assert.match(String(page.headers['content-security-policy']), /default-src 'none'/);
    assert.match(page.body, /Data quality/);
  });

  it('has started without a workflow that failed', async () => {
    assert.deepEqual(await failedWorkflows(client), []);
  });

  it('has a workflow with a summary for each live channel', async () => {
    const described = await waitFor('a workflow per live channel', async () => {
      const { streams } = await readParameter<{ streams: { channelId: string }[] }>('streams/live');
      return Promise.all(streams.map(({ channelId }) => client.workflow.getHandle(chatId(channelId)).describe()));
    });
    assert.ok(described.length > 0);
    for (const workflow of described) assert.match((await workflow.staticSummary()) ?? '', /^Chat of /);
  });

  it('finds the recordings of the streams whose channels keep them', async function () {
    this.timeout(240_000);
    const sql =
      'SELECT count(*) AS videos, count(stream_id) AS streams, min(duration_seconds) > 0 AS have_lengths FROM videos';
    const answer = await waitFor(
      'recordings in yellow',
      async () => {
        const asked = start(['sql', '--json', sql], env);
        const isAnswered = (await asked.exited()) === 0;
        return isAnswered && /"have_lengths":true/.test(asked.stdout()) && asked.stdout();
      },
      200_000,
    );
    const { videos, streams } = JSON.parse(answer) as { videos: number; streams: number };
    assert.ok(videos > 0 && streams === videos, answer);
  });

  it('gives each process only the secrets that it needs, and its data to no other user', async () => {
    const { clientSecret } = simulator;
    const { parameterStoreKey, encryptionKey } = await readKeys();
    const processes = findProcesses(scratch.path).filter(({ command }) => !command.includes('cli/chatlake.ts'));
    const having = (secret: string): string[] =>
      processes.filter(({ environment }) => environment.includes(secret)).map(({ command }) => command);
    assert.ok(processes.length >= 5, processes.map(({ command }) => command).join('\n'));
    assert.ok(having(clientSecret).length > 0);
    for (const command of having(clientSecret)) assert.match(command, /workers\/orchestrator\.ts/);
    assert.deepEqual([...having(parameterStoreKey), ...having(encryptionKey)], []);
    for (const { command } of processes)
      for (const secret of [clientSecret, parameterStoreKey, encryptionKey]) assert.ok(!command.includes(secret));
    assert.equal((await stat(join(scratch.path, 'data'))).mode & 0o777, 0o700);
  });

  describe('after a token refresh', () => {
    before(async () => {
      const tokenBefore = await readAccessToken();
      accessTokens.push(tokenBefore);
      await client.workflow.getHandle(tokenRefreshId('chatlake')).executeUpdate('refreshNow');
      assert.notEqual(await readAccessToken(), tokenBefore);
    });

    it('keeps tokens and keys out of every history, and payloads small', async () => {
      const secrets = await readSecrets();
      assert.ok(
        'accessToken1' in secrets,
        'the token from before the refresh is looked for, and the one from after it',
      );
      const looked = new Map<string, string>();
      for await (const { workflowId, json, payloads } of readHistories(client)) {
        const text = payloads.join('\n');
        assert.deepEqual(secretsIn(`${json}\n${text}`, secrets), [], `${workflowId} holds secrets`);
        const largest = Math.max(...payloads.map((payload) => payload.length));
        assert.ok(largest < 75_000, `${workflowId} has a payload of ${largest} characters`);
        looked.set(workflowId, text);
      }
      assert.ok(looked.size >= 5, `only ${looked.size} histories were looked at`);
      assert.match(
        looked.get(tokenRefreshId('chatlake')) ?? '',
        /"obtainedAt"/,
        'payloads are looked at as plain text',
      );
    });

    it('keeps tokens and keys out of logs, output and site', async () => {
      await expectNoSecrets(up, await readSecrets());
    });
  });

  describe('after kill -9', () => {
    it('leaves no process behind, and `demo --once` continues with the stored data', async function () {
      this.timeout(1_200_000);
      const secrets = await readSecrets();
      const earlier = new Set((await published()).collectors.map(({ collector }) => collector));
      assert.ok(earlier.size > 0);
      up.killGroup();
      await up.exited();
      await waitFor('all processes to be gone', () => processesWith(scratch.path).length === 0, GONE_WITHIN_MS);

      const startedAt = new Date();
      const demo = start(['demo', '--once'], env);
      const [, address = ''] = await demo.said(/TEMPORAL_ADDRESS=(\S+)/);
      await demo.said(/waiting until all of them are in a report/, 400_000);
      assert.deepEqual(await failedAt(address, startedAt), [], 'a newcomer sees no failed workflow');
      const code = await demo.exited();
      assert.equal(code, 0, demo.stderr());
      const lines = demo.stdout().trim().split('\n');
      assert.equal(lines.length, 1, 'one line on stdout');
      const sums = JSON.parse(lines[0] ?? '') as Record<string, number>;
      assert.deepEqual(Object.keys(sums), [
        'sent',
        'received',
        'acknowledged',
        'red',
        'yellow',
        'duplicates',
        'gaps',
        'report',
        'seconds',
      ]);
      assert.ok((sums['sent'] ?? 0) > 0);
      assert.deepEqual(
        [sums['received'], sums['acknowledged'], sums['red']],
        [sums['sent'], sums['sent'], sums['sent']],
      );
      assert.equal(sums['red'], (sums['yellow'] ?? 0) + (sums['duplicates'] ?? 0));
      await waitFor('all processes to be gone', () => processesWith(scratch.path).length === 0, GONE_WITHIN_MS);

      const { collectors } = await published();
      const names = new Set(collectors.map(({ collector }) => collector));
      assert.ok(
        [...earlier].every((name) => names.has(name)),
        'the messages from before the kill are in the report too',
      );
      assert.ok(names.size > earlier.size, 'and those of the demo');
      for (const collector of collectors) assert.equal(collector.windowsOff, 0, collector.collector);
      await expectNoSecrets(demo, secrets);
    });
  });

  async function failedAt(address: string, since: Date): Promise<string[]> {
    const connection = await Connection.connect({ address });
    try {
      return await failedWorkflows(new Client({ connection }), since);
    } finally {
      await connection.close();
    }
  }

  async function expectNoSecrets(command: RunningCommand, secrets: Record<string, string>): Promise<void> {
    const logs = await textBelow(join(scratch.path, 'data', 'logs'));
    const site = await textBelow(join(scratch.path, 'site'));
    for (const worker of ['orchestrator', 'collector', 'loader', 'refiner']) assert.ok(logs.includes(`"${worker}"`));
    assert.match(site, /Data quality/);
    const texts = { logs, site, stdout: command.stdout(), stderr: command.stderr() };
    for (const [name, text] of Object.entries(texts))
      assert.deepEqual(secretsIn(text, secrets), [], `secrets in ${name}`);
  }

  /** All secrets by name, with both tokens if the first was refreshed. */
  async function readSecrets(): Promise<Record<string, string>> {
    const keys = await readKeys();
    const tokens = new Set([...accessTokens, await readAccessToken()]);
    return {
      clientSecret: simulator.clientSecret,
      ...keys,
      encryptionKeyBytes: Buffer.from(keys.encryptionKey, 'hex').toString('base64'),
      ...Object.fromEntries([...tokens].map((token, index) => [`accessToken${index}`, token])),
    };
  }

  async function readKeys(): Promise<Keys> {
    return JSON.parse(await readFile(join(scratch.path, 'data', 'keys.json'), 'utf8')) as Keys;
  }

  async function readParameter<T>(path: string): Promise<T> {
    const [, url = ''] = await up.said(/Parameters +(\S+)\/docs/);
    const { parameterStoreKey } = await readKeys();
    return got(`${url}/v1/parameters/${path}`, { headers: { authorization: `Bearer ${parameterStoreKey}` } }).json<T>();
  }

  const readAccessToken = async (): Promise<string> =>
    (await readParameter<{ accessToken: string }>('secrets/twitch/chatlake')).accessToken;
});

/** Ids of failed workflows that started after this time. */
async function failedWorkflows(client: Client, since = new Date(0)): Promise<string[]> {
  const query = `ExecutionStatus IN ('Failed', 'TimedOut', 'Terminated') AND StartTime >= '${since.toISOString()}'`;
  const failed: string[] = [];
  for await (const { workflowId } of client.workflow.list({ query })) failed.push(workflowId);
  return failed;
}
