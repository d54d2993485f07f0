import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { temporaryDirectories } from '../infra/local/temporary-directory.ts';
import { SERVERS_TIMEOUT_MS, temporal } from '../integration/servers.ts';
import { temporalNamespace } from '../integration/temporal-namespace.ts';
import { CHAT_LOAD_ID } from '../../workflows/ids.ts';
import { TASK_QUEUES } from '../../workflows/task-queues.ts';
import { waitFor } from '../integration/wait-for.ts';
import { workerProcesses } from './worker-process.ts';

const programs = {
  collector: fileURLToPath(new URL('../../workers/collector.ts', import.meta.url)),
  lingering: fileURLToPath(new URL('lingering-worker.ts', import.meta.url)),
  stuck: fileURLToPath(new URL('stuck-worker.ts', import.meta.url)),
};

describe('a worker process', function () {
  this.timeout(180_000);
  const temporaryDirectory = temporaryDirectories();
  const start = workerProcesses();

  before(async function () {
    this.timeout(SERVERS_TIMEOUT_MS);
    await temporal();
  });

  it('of a collector starts and stops cleanly while no broker can be reached', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const address = closed.address();
    closed.close();
    assert.ok(address !== null && typeof address === 'object');
    const collector = await start(programs.collector, {
      DATA_DIR: temporaryDirectory(),
      KAFKA_BROKERS: `127.0.0.1:${address.port}`,
      TWITCH_CHAT_ANONYMOUS: 'yes',
    });
    await collector.stop();
    assert.match(collector.log(), /worker stopped/);
  });

  for (const [what, env, finding] of [
    [
      'no Temporal answers',
      { TEMPORAL_ADDRESS: '127.0.0.1:1' },
      /^collector: Expected Temporal at 127\.0\.0\.1:1 to answer, but it did not: .*set TEMPORAL_ADDRESS/,
    ],
    [
      'Temporal is asked over TLS and has none',
      { TEMPORAL_TLS: 'true' },
      /^collector: Expected Temporal at 127\.0\.0\.1:\d+ to answer, but /,
    ],
    [
      'a certificate of Temporal’s variables cannot be read',
      { TEMPORAL_TLS_CLIENT_CERT_PATH: '/nowhere' },
      /^collector: The variables of Temporal .*\/nowhere/,
    ],
  ] as const)
    it(`exits with a sentence if ${what}`, async () => {
      const { address } = await temporal();
      const own = { DATA_DIR: temporaryDirectory(), PARAMETER_STORE_KEY: 'a-key-of-16-letters-or-more' };
      const given: Record<string, string> = { TEMPORAL_ADDRESS: address, TWITCH_CHAT_ANONYMOUS: 'yes', ...own };
      const child = spawn(process.execPath, [programs.collector], {
        env: { ...process.env, ...given, ...env },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      const exit = once(child, 'exit');
      const said = await text(child.stderr);
      const [code] = (await exit) as [number];
      assert.match(said, finding);
      assert.doesNotMatch(said, /\n {4}at /);
      assert.ok(code === 69 || code === 78, String(code));
    });

  describe('of a second collector in the same DATA_DIR', () => {
    /** The second process, when it waits for the first. */
    async function startSecond(env: Record<string, string>) {
      const first = await start(programs.collector, env);
      const second = await start(programs.collector, env, /waiting for another collector process of the same name/);
      return { first, second };
    }
    const environment = () => ({ DATA_DIR: temporaryDirectory(), COLLECTOR_NAME: 'a', TWITCH_CHAT_ANONYMOUS: 'yes' });

    it('starts when the first is killed', async () => {
      const { first, second } = await startSecond(environment());
      first.kill();
      await waitFor('the second to start', () => second.log().includes('worker started'));
      await second.stop();
    });

    it('exits at the first SIGTERM while it waits', async () => {
      const { first, second } = await startSecond(environment());
      await second.stop();
      assert.doesNotMatch(second.log(), /worker started/);
      first.kill();
    });
  });

  it('exits with 73 and a sentence if its data directory cannot be created', async () => {
    const env = { ...process.env, DATA_DIR: '/proc/foo', PARAMETER_STORE_KEY: 'a-key-of-16-letters-or-more' };
    const child = spawn(process.execPath, [programs.collector], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    const [said] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    assert.equal(child.exitCode, 73);
    assert.match(said, /^collector: Expected DATA_DIR \(\/proc\/foo\) to be a writable directory, .*\n$/);
  });

  it('exits after its work has ended, even if timers are left', async () => {
    const lingering = await start(programs.lingering, { DATA_DIR: temporaryDirectory() });
    await lingering.stop();
  });

  it('says in one sentence that work did not end in time after SIGTERM', async () => {
    const { client, connection, namespace } = await temporalNamespace('stuck');
    await client.workflow.start('chatLoad', { taskQueue: TASK_QUEUES.orchestrate, workflowId: CHAT_LOAD_ID });
    const env = { DATA_DIR: temporaryDirectory(), TEMPORAL_NAMESPACE: namespace };
    const stuck = await start(programs.stuck, env, /"msg":"stuck"/);
    await stuck.end(1);
    assert.match(stuck.log(), /stuck: Expected all work to end in time after the signal to stop, but [^\n]*\n$/);
    assert.doesNotMatch(stuck.log(), /\n {4}at /);
    await connection.close();
  });
});
