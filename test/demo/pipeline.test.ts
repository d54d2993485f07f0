import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import got from 'got';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { DaySummary } from '../../activities/report/summary.ts';
import { simulatorEnvironment } from '../../cli/simulator-environment.ts';
import { temporalProgram } from '../../infra/local/servers.ts';
import { type TwitchSimulator, startTwitchSimulator } from '../../infra/twitch-simulator/index.ts';
import type { ChannelChatStatus } from '../../workflows/channel-chat.ts';
import { temporaryDirectory } from '../integration/red-tiles.ts';
import { hdfs, kafka, serversTimeoutMs } from '../integration/servers.ts';
import { waitFor } from '../integration/wait-for.ts';
import { type RunningCommand, chatlake } from './command.ts';
import { processesWith } from './processes.ts';
import { readmeTemporalLines } from './readme-lines.ts';

const run = promisify(execFile);

/**
 * The product as its user runs it: `up` against another Twitch, driven by the README's lines, killed, and started again as `demo --once`.
 * Kafka and HDFS are those that the tests share; all else is the command's own.
 */
describe('chatlake', function () {
  this.timeout(600_000);

  let scratch: { path: string; remove: () => Promise<void> };
  let simulator: TwitchSimulator;
  let env: Record<string, string>;
  let up: RunningCommand;
  let client: Client;
  let connection: Connection;
  let temporalAddress: string;

  before(async function start() {
    this.timeout(serversTimeoutMs);
    scratch = await temporaryDirectory('demo');
    simulator = await startTwitchSimulator({ seed: 11 });
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
      TEMPORAL_ADDRESS: '',
    };
    up = chatlake(['up'], { ...env, ...simulatorEnvironment(simulator) });
    temporalAddress = (await up.said(/TEMPORAL_ADDRESS=(\S+)/))[1] ?? '';
    connection = await Connection.connect({ address: temporalAddress });
    client = new Client({ connection });
  });

  after(async () => {
    if (processesWith(scratch.path).length > 0) up.killGroup();
    await connection?.close();
    await simulator.stop();
    await waitFor('the processes to be gone', () => processesWith(scratch.path).length === 0);
    await scratch.remove();
  });

  const today = (): string => new Date().toISOString().slice(0, 10);

  async function readSummary(): Promise<DaySummary> {
    return JSON.parse(await readFile(join(scratch.path, 'site', today(), 'report.json'), 'utf8')) as DaySummary;
  }

  it('says how chat is read, and where everything is', async () => {
    await up.said(/Reports +http:\/\/127\.0\.0\.1:\d+/);
    assert.match(up.stderr(), /without an account \(TWITCH_CHAT_ANONYMOUS=yes\)/);
    assert.match(up.stderr(), /Temporal +http/);
  });

  it('publishes a report whose sums agree', async () => {
    const summary = await waitFor(
      'a report with told windows',
      async () => {
        const found = await readSummary();
        return found.sums.received > 0 && found.sums.windowsOff + found.sums.windowsPending === 0 && found;
      },
      240_000,
    );
    assert.equal(summary.sums.received, summary.sums.acknowledged);
    assert.equal(summary.sums.received, summary.sums.red - summary.sums.redUntold - summary.sums.redNew);
    const [, url = ''] = await up.said(/Reports +(\S+)/);
    const page = await got(`${url}/${today()}/`);
    assert.match(String(page.headers['content-security-policy']), /default-src 'none'/);
    assert.match(page.body, /Data quality/);
  });

  describe('README', () => {
    const replacements = async (line: string): Promise<string> => {
      const hour = new Date(Date.now() - 3 * 3_600_000);
      hour.setUTCMinutes(0, 0, 0);
      const later = new Date(hour.getTime() + 90 * 60_000);
      const { streams } = await readLive();
      return line
        .replace(/--start-time \S+/, `--start-time ${hour.toISOString()}`)
        .replace(/--end-time \S+/, `--end-time ${later.toISOString()}`)
        .replaceAll('2026-11-25', today())
        .replaceAll('chat/7001', `chat/${streams[0]?.channelId}`);
    };

    const isPaused = async (): Promise<boolean> =>
      (await client.schedule.getHandle('stream-poll').describe()).state.paused;
    /** What each line is for: it must have come true a little after it ran. */
    const effects: [line: RegExp, effect: (stdout: string) => Promise<boolean>][] = [
      [
        /publishReport/,
        async () => (await client.workflow.getHandle(`report/${today()}`).describe()).status.name === 'COMPLETED',
      ],
      [/rejoin/, async () => (await chatStatusOf((await readLive()).streams[0]?.channelId ?? '')).rejoins === 1],
      [/chat\/.*--type status/, async (stdout) => stdout.includes('"channelLogin"')],
      [/refreshNow/, async (stdout) => stdout.includes('lastRefresh')],
      [/--pause/, isPaused],
      [/--unpause/, async () => !(await isPaused())],
      [/backfill/, hasRefinedAnHour],
      [/chat-load/, async (stdout) => stdout.includes('"lag"')],
    ];

    for (const line of readmeTemporalLines()) {
      it(line, async () => {
        const path = `${dirname(await temporalProgram())}:${process.env['PATH']}`;
        const { stdout } = await run('sh', ['-c', await replacements(line)], {
          env: { ...process.env, PATH: path, TEMPORAL_ADDRESS: temporalAddress },
        });
        const effect = effects.find(([pattern]) => pattern.test(line));
        assert.ok(effect, 'the test knows what this line is for');
        await waitFor('its effect', () => effect[1](stdout), 180_000);
      });
    }
  });

  it('has a workflow per live channel under its id, each with a summary', async () => {
    const { streams } = await readLive();
    const described = await Promise.all(
      streams.map(({ channelId }) => client.workflow.getHandle(`chat/${channelId}`).describe()),
    );
    assert.ok(described.length > 0);
    for (const workflow of described) assert.match((await workflow.staticSummary()) ?? '', /^Chat of /);
  });

  it('keeps tokens and keys out of every history, and payloads small', async () => {
    const secrets = [simulator.clientSecret, (await readToken()).accessToken, (await readKeys()).parameterStoreKey];
    let histories = 0;
    for await (const { workflowId, runId } of client.workflow.list()) {
      const json = JSON.stringify(historyToJSON(await client.workflow.getHandle(workflowId, runId).fetchHistory()));
      for (const secret of secrets) {
        assert.ok(
          !json.includes(secret) && !json.includes(Buffer.from(secret).toString('base64').slice(2, 22)),
          `${workflowId} holds a secret`,
        );
      }
      const largest = Math.max(
        ...[...json.matchAll(/"data\\?":\s*\\?"([^"\\]*)/g)].map(([, data = '']) => data.length),
      );
      assert.ok(largest < 100_000, `${workflowId} has a payload of ${largest} characters`);
      histories += 1;
    }
    assert.ok(histories >= 5, `only ${histories} histories were looked at`);
  });

  describe('after kill -9', () => {
    it('leaves no process behind after kill -9, and `demo --once` goes on with the kept data', async () => {
      up.killGroup();
      await up.exited();
      await waitFor('all processes to be gone', () => processesWith(scratch.path).length === 0);

      const demo = chatlake(['demo', '--once'], env);
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
      await waitFor('all processes to be gone', () => processesWith(scratch.path).length === 0);

      const { collectors } = await readSummary();
      assert.ok(collectors.length >= 2, 'the messages from before the kill are in the report too');
      for (const collector of collectors) assert.equal(collector.windowsOff, 0, collector.collector);
    });
  });

  async function hasRefinedAnHour(): Promise<boolean> {
    for await (const { status } of client.workflow.list({ query: "WorkflowType = 'hourlyRefinement'" })) {
      if (status.name === 'COMPLETED') return true;
    }
    return false;
  }

  const chatStatusOf = (channelId: string): Promise<ChannelChatStatus> =>
    client.workflow.getHandle(`chat/${channelId}`).query<ChannelChatStatus, []>('status');

  async function readKeys(): Promise<{ parameterStoreKey: string }> {
    return JSON.parse(await readFile(join(scratch.path, 'data', 'keys.json'), 'utf8')) as { parameterStoreKey: string };
  }

  async function readParameter<T>(path: string): Promise<T> {
    const [, url = ''] = await up.said(/Parameters +(\S+)\/docs/);
    const { parameterStoreKey } = await readKeys();
    return got(`${url}/v1/parameters/${path}`, { headers: { authorization: `Bearer ${parameterStoreKey}` } }).json<T>();
  }

  const readLive = (): Promise<{ streams: { channelId: string }[] }> => readParameter('streams/live');
  const readToken = (): Promise<{ accessToken: string }> => readParameter('secrets/twitch/chatlake');
});

describe('chatlake up, without credentials', () => {
  it('says in one line what to set, and ends with 78', async () => {
    const up = chatlake(['up'], { TWITCH_CLIENT_ID: '', TWITCH_CLIENT_SECRET: '' });
    assert.equal(await up.exited(), 78);
    assert.match(up.stderr(), /^Set TWITCH_CLIENT_ID and TWITCH_CLIENT_SECRET [^\n]*\n$/);
  });
});

describe('chatlake', () => {
  for (const [args, complaint] of [
    [[], /Expected the command demo or up/],
    [['demmo'], /Expected the command demo or up, got `demmo`/],
    [['demo', '--seed', 'x'], /Expected --seed to be a whole number, got `x`/],
    [['demo', '--twice'], /--twice/],
  ] as const) {
    it(`refuses \`${args.join(' ')}\` with the remedy`, async () => {
      const command = chatlake([...args], {});
      assert.notEqual(await command.exited(), 0);
      assert.match(command.stderr(), complaint);
      assert.doesNotMatch(command.stderr(), /\n {4}at /, 'no stack trace');
    });
  }

  it('--help tells the commands', async () => {
    const help = chatlake(['--help'], {});
    assert.equal(await help.exited(), 0);
    assert.match(help.stdout(), /chatlake demo/);
  });
});
